package peer.model;

import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBAttribute;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBHashKey;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBRangeKey;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBTable;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBVersionAttribute;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.DoNotEncrypt;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.DoNotTouch;
import java.nio.ByteBuffer;
import java.util.Date;
import java.util.Map;

/** An entity with every annotation that a property can have, and every type that the mapper stores in its own way. */
@DynamoDBTable(tableName = "replaced by the request's context")
public class Employee {
    private String employeeId;
    private Integer hired;
    private Long version;
    private String name;
    private Boolean active;
    private Date born;
    private Map<String, String> address;
    private ByteBuffer photo;
    private String department;
    private Long logins;

    @DynamoDBHashKey(attributeName = "employee_id")
    public String getEmployeeId() {
        return employeeId;
    }

    public void setEmployeeId(String employeeId) {
        this.employeeId = employeeId;
    }

    @DynamoDBRangeKey
    public Integer getHired() {
        return hired;
    }

    public void setHired(Integer hired) {
        this.hired = hired;
    }

    /** Signed, not encrypted: writes are conditioned on it. */
    @DynamoDBVersionAttribute
    public Long getVersion() {
        return version;
    }

    public void setVersion(Long version) {
        this.version = version;
    }

    @DynamoDBAttribute
    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    /** Stored as the number 0 or 1. */
    @DynamoDBAttribute
    public Boolean getActive() {
        return active;
    }

    public void setActive(Boolean active) {
        this.active = active;
    }

    /** Stored as a string in ISO 8601. */
    @DynamoDBAttribute
    public Date getBorn() {
        return born;
    }

    public void setBorn(Date born) {
        this.born = born;
    }

    @DynamoDBAttribute
    public Map<String, String> getAddress() {
        return address;
    }

    public void setAddress(Map<String, String> address) {
        this.address = address;
    }

    @DynamoDBAttribute
    public ByteBuffer getPhoto() {
        return photo;
    }

    public void setPhoto(ByteBuffer photo) {
        this.photo = photo;
    }

    @DoNotEncrypt
    @DynamoDBAttribute
    public String getDepartment() {
        return department;
    }

    public void setDepartment(String department) {
        this.department = department;
    }

    @DoNotTouch
    @DynamoDBAttribute
    public Long getLogins() {
        return logins;
    }

    public void setLogins(Long logins) {
        this.logins = logins;
    }
}
