"""What a request is configured with: provider, actions and context."""

import base64

import boto3
import botocore.session
from dynamodb_encryption_sdk.delegated_keys.jce import JceNameLocalDelegatedKey
from dynamodb_encryption_sdk.encrypted import CryptoConfig
from dynamodb_encryption_sdk.identifiers import CryptoAction, EncryptionKeyType, KeyEncodingType
from dynamodb_encryption_sdk.material_providers.aws_kms import AwsKmsCryptographicMaterialsProvider
from dynamodb_encryption_sdk.material_providers.most_recent import CachingMostRecentProvider
from dynamodb_encryption_sdk.material_providers.static import StaticCryptographicMaterialsProvider
from dynamodb_encryption_sdk.material_providers.store.meta import MetaStore
from dynamodb_encryption_sdk.material_providers.wrapped import WrappedCryptographicMaterialsProvider
from dynamodb_encryption_sdk.materials.raw import RawDecryptionMaterials, RawEncryptionMaterials
from dynamodb_encryption_sdk.structures import AttributeActions, EncryptionContext


class Setup:
    def __init__(self, description):
        self.provider = _provider(description["provider"])
        self.actions = _actions(description["actions"])
        self.table_name = description["context"]["table_name"]
        context = EncryptionContext(
            table_name=self.table_name,
            partition_key_name=description["context"].get("partition_key"),
            sort_key_name=description["context"].get("sort_key"),
        )
        self.crypto_config = CryptoConfig(self.provider, context, self.actions)


def session(endpoint):
    """A session for an endpoint on this machine: the credentials are made up."""
    return boto3.session.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name=endpoint["region"]
    )


def _actions(description):
    return AttributeActions(
        default_action=CryptoAction[description["default"].upper()],
        attribute_actions={
            name: CryptoAction[action.upper()] for name, action in description.get("overrides", {}).items()
        },
    )


def _provider(description):
    return PROVIDERS[description["type"]](description)


def _static(description):
    encryption_key = _secret_key(description.get("encryption_key"))
    materials = description.get("material_description", {})
    signing_key = _private_key(description["signing_key"])
    return StaticCryptographicMaterialsProvider(
        encryption_materials=signing_key and RawEncryptionMaterials(signing_key, encryption_key, materials),
        decryption_materials=RawDecryptionMaterials(_public_key(description["signing_key"]), encryption_key, materials),
    )


def _wrapped(description):
    signing_key = description["signing_key"]
    return WrappedCryptographicMaterialsProvider(
        # The client derives the verification key from a private key.
        signing_key=_private_key(signing_key) or _public_key(signing_key),
        wrapping_key=_public_key(description["wrapping_key"]),
        unwrapping_key=_private_key(description["wrapping_key"]),
        material_description=description.get("material_description", {}),
    )


def _kms(description):
    endpoint = description["endpoint"]
    # A key id that is not an ARN takes its Region from here.
    botocore_session = botocore.session.Session()
    botocore_session.set_config_variable("region", endpoint["region"])
    return AwsKmsCryptographicMaterialsProvider(
        key_id=description["key_id"],
        botocore_session=botocore_session,
        regional_clients={endpoint["region"]: session(endpoint).client("kms", endpoint_url=endpoint["url"])},
        material_description=description.get("material_description", {}),
    )


def _most_recent(description):
    endpoint = description["endpoint"]
    dynamodb = session(endpoint).resource("dynamodb", endpoint_url=endpoint["url"])
    return CachingMostRecentProvider(
        provider_store=MetaStore(dynamodb.Table(description["store_table"]), _provider(description["store_provider"])),
        material_name=description["material_name"],
        version_ttl=float(description["ttl_seconds"]),
    )


PROVIDERS = {"static": _static, "wrapped": _wrapped, "kms": _kms, "most_recent": _most_recent}


def _private_key(key):
    if "secret" in key:
        return _secret_key(key)
    return _key(key, "private", EncryptionKeyType.PRIVATE, KeyEncodingType.DER)


def _public_key(key):
    if "secret" in key:
        return _secret_key(key)
    return _key(key, "public", EncryptionKeyType.PUBLIC, KeyEncodingType.DER)


def _secret_key(key):
    return key and _key(key, "secret", EncryptionKeyType.SYMMETRIC, KeyEncodingType.RAW)


def _key(key, part, key_type, encoding):
    if part not in key:
        return None
    return JceNameLocalDelegatedKey(base64.b64decode(key[part]), key["algorithm"], key_type, encoding)
