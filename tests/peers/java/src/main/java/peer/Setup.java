package peer;

import com.amazonaws.services.dynamodbv2.datamodeling.encryption.DynamoDBEncryptor;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.EncryptionContext;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.EncryptionFlags;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.EncryptionMaterialsProvider;
import com.amazonaws.services.dynamodbv2.model.AttributeValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What a request is configured with: provider, actions and context. */
final class Setup {
    final EncryptionMaterialsProvider provider;
    final DynamoDBEncryptor encryptor;
    final EncryptionContext context;
    private final JsonNode actions;

    Setup(JsonNode description) throws Exception {
        provider = Providers.provider(description.required("provider"));
        encryptor = DynamoDBEncryptor.getInstance(provider);
        context = context(description.required("context"));
        actions = description.required("actions");
    }

    private static EncryptionContext context(JsonNode description) {
        return new EncryptionContext.Builder()
            .withTableName(description.required("table_name").asText())
            .withHashKeyName(description.path("partition_key").textValue())
            .withRangeKeyName(description.path("sort_key").textValue())
            .build();
    }

    /** The client knows no default action: every attribute of the item is named. */
    Map<String, Set<EncryptionFlags>> flags(Map<String, AttributeValue> item) {
        Map<String, Set<EncryptionFlags>> flags = new HashMap<>();
        for (String name : item.keySet()) {
            flags.put(name, flags(name));
        }
        flags.remove(encryptor.getSignatureFieldName());
        flags.remove(encryptor.getMaterialDescriptionFieldName());
        return flags;
    }

    private Set<EncryptionFlags> flags(String name) {
        JsonNode action = actions.path("overrides").path(name);
        String chosen = (action.isMissingNode() ? actions.required("default") : action).asText();
        return switch (chosen) {
            case "encrypt_and_sign" -> EnumSet.of(EncryptionFlags.ENCRYPT, EncryptionFlags.SIGN);
            case "sign_only" -> EnumSet.of(EncryptionFlags.SIGN);
            case "do_nothing" -> EnumSet.noneOf(EncryptionFlags.class);
            default -> throw new IllegalArgumentException("unknown action " + chosen);
        };
    }
}
