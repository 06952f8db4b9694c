package peer;

import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDB;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDBClientBuilder;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.DynamoDBEncryptor;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.CachingMostRecentProvider;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.DirectKmsMaterialProvider;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.EncryptionMaterialsProvider;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.SymmetricStaticProvider;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.WrappedMaterialsProvider;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.store.MetaStore;
import com.amazonaws.services.kms.AWSKMSClientBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.SecretKey;

/** The client's own providers of cryptographic materials. */
final class Providers {
    private Providers() {}

    static EncryptionMaterialsProvider provider(JsonNode description) throws GeneralSecurityException {
        String type = description.required("type").asText();
        return switch (type) {
            case "static" -> symmetricStatic(description);
            case "wrapped" -> wrapped(description);
            case "kms" -> kms(description);
            case "most_recent" -> mostRecent(description);
            default -> throw new IllegalArgumentException("unknown provider " + type);
        };
    }

    private static EncryptionMaterialsProvider symmetricStatic(JsonNode description) throws GeneralSecurityException {
        SecretKey encryptionKey = Keys.secret(description.path("encryption_key"));
        JsonNode signingKey = description.required("signing_key");
        Map<String, String> materials = materialDescription(description);
        return Keys.isSecret(signingKey)
            ? new SymmetricStaticProvider(encryptionKey, Keys.secret(signingKey), materials)
            : new SymmetricStaticProvider(encryptionKey, Keys.pair(signingKey), materials);
    }

    private static EncryptionMaterialsProvider wrapped(JsonNode description) throws GeneralSecurityException {
        Key wrappingKey = Keys.wrapping(description.required("wrapping_key"));
        Key unwrappingKey = Keys.unwrapping(description.required("wrapping_key"));
        JsonNode signingKey = description.required("signing_key");
        Map<String, String> materials = materialDescription(description);
        return Keys.isSecret(signingKey)
            ? new WrappedMaterialsProvider(wrappingKey, unwrappingKey, Keys.secret(signingKey), materials)
            : new WrappedMaterialsProvider(wrappingKey, unwrappingKey, Keys.pair(signingKey), materials);
    }

    private static EncryptionMaterialsProvider kms(JsonNode description) {
        return new DirectKmsMaterialProvider(
            at(description.required("endpoint"), AWSKMSClientBuilder.standard()),
            description.required("key_id").asText(),
            materialDescription(description));
    }

    private static EncryptionMaterialsProvider mostRecent(JsonNode description) throws GeneralSecurityException {
        MetaStore store = new MetaStore(
            dynamoDb(description.required("endpoint")),
            description.required("store_table").asText(),
            DynamoDBEncryptor.getInstance(provider(description.required("store_provider"))));
        long milliseconds = Math.round(description.required("ttl_seconds").asDouble() * 1000);
        return new CachingMostRecentProvider(store, description.required("material_name").asText(), milliseconds);
    }

    static AmazonDynamoDB dynamoDb(JsonNode endpoint) {
        return at(endpoint, AmazonDynamoDBClientBuilder.standard());
    }

    /** A client for an endpoint on this machine: the credentials are made up. */
    private static <B extends AwsClientBuilder<B, C>, C> C at(JsonNode endpoint, AwsClientBuilder<B, C> builder) {
        return builder
            .withEndpointConfiguration(
                new EndpointConfiguration(endpoint.required("url").asText(), endpoint.required("region").asText()))
            .withCredentials(new AWSStaticCredentialsProvider(new BasicAWSCredentials("test", "test")))
            .build();
    }

    private static Map<String, String> materialDescription(JsonNode description) {
        Map<String, String> entries = new HashMap<>();
        description.path("material_description").fields()
            .forEachRemaining(field -> entries.put(field.getKey(), field.getValue().asText()));
        return entries;
    }
}
