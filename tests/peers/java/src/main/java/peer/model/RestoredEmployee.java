package peer.model;

import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBTable;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.TableAadOverride;

/** An employee whose signature is bound to the table that it was in before. */
@DynamoDBTable(tableName = "replaced by the request's context")
@TableAadOverride(tableName = "employees")
public class RestoredEmployee extends Employee {}
