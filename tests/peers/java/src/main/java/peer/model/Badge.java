package peer.model;

import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBAttribute;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBHashKey;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBRangeKey;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBTable;

/** Some attributes of an entity: what else an item has is not modeled, and taken to be neither encrypted nor signed. */
@DynamoDBTable(tableName = "replaced by the request's context")
public class Badge {
    private String employeeId;
    private Integer hired;
    private String name;

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

    @DynamoDBAttribute
    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }
}
