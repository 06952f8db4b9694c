package peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys of a setup. */
final class Keys {
    private Keys() {}

    static boolean isSecret(JsonNode key) {
        return key.has("secret");
    }

    /** Null if there is no such key. */
    static SecretKey secret(JsonNode key) {
        return key.has("secret") ? new SecretKeySpec(bytes(key, "secret"), algorithm(key)) : null;
    }

    static KeyPair pair(JsonNode key) throws GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance(family(algorithm(key)));
        PublicKey publicKey =
            key.has("public") ? factory.generatePublic(new X509EncodedKeySpec(bytes(key, "public"))) : null;
        PrivateKey privateKey =
            key.has("private") ? factory.generatePrivate(new PKCS8EncodedKeySpec(bytes(key, "private"))) : null;
        return new KeyPair(publicKey, privateKey);
    }

    static Key wrapping(JsonNode key) throws GeneralSecurityException {
        return isSecret(key) ? secret(key) : pair(key).getPublic();
    }

    static Key unwrapping(JsonNode key) throws GeneralSecurityException {
        return isSecret(key) ? secret(key) : pair(key).getPrivate();
    }

    private static String algorithm(JsonNode key) {
        return key.required("algorithm").asText();
    }

    private static String family(String algorithm) {
        return algorithm.endsWith("ECDSA") ? "EC" : "RSA";
    }

    private static byte[] bytes(JsonNode key, String part) {
        return Base64.getDecoder().decode(key.required(part).asText());
    }
}
