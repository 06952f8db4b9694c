package peer.model;

import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBTable;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.HandleUnknownAttributes;

/** A badge for which everything that is not modeled is encrypted and signed. */
@DynamoDBTable(tableName = "replaced by the request's context")
@HandleUnknownAttributes
public class TolerantBadge extends Badge {}
