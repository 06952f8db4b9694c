"""Items of a table, through the client's own put, get, query and scan."""

from boto3.dynamodb.conditions import Key
from dynamodb_encryption_sdk.encrypted.client import EncryptedClient
from dynamodb_encryption_sdk.encrypted.table import EncryptedTable
from dynamodb_encryption_sdk.transform import ddb_to_dict, dict_to_ddb

from items import failure, from_json, to_json, value_from_json
from configuration import session


def put(request):
    store = _store(request)
    return {"results": [_attempt(store.put, from_json(item)) for item in request["items"]]}


def get(request):
    store = _store(request)
    return {"results": [_attempt(store.get, from_json(key)) for key in request["keys"]]}


def query(request):
    [(name, value)] = request["partition"].items()
    return {"results": [{"item": to_json(item)} for item in _store(request).query(name, value_from_json(value))]}


def scan(request):
    return {"results": [{"item": to_json(item)} for item in _store(request).scan()]}


def _attempt(function, argument):
    try:
        item = function(argument)
        return {"item": None if item is None else to_json(item)}
    except Exception as error:
        return failure(error)


def _store(request):
    return STORES[request["interface"]](request["endpoint"], request["setup"])


class Client:
    """`EncryptedClient`, which speaks DynamoDB JSON."""

    def __init__(self, endpoint, setup):
        client = session(endpoint).client("dynamodb", endpoint_url=endpoint["url"])
        self.client = EncryptedClient(client, setup.provider, setup.actions)
        self.table = {"TableName": setup.table_name}

    def put(self, item):
        self.client.put_item(Item=item, **self.table)

    def get(self, key):
        return self.client.get_item(Key=key, **self.table).get("Item")

    def query(self, name, value):
        condition = {
            "KeyConditionExpression": "#key = :value",
            "ExpressionAttributeNames": {"#key": name},
            "ExpressionAttributeValues": {":value": value},
        }
        return self._pages("query", condition)

    def scan(self):
        return self._pages("scan", {})

    def _pages(self, operation, arguments):
        paginator = self.client.get_paginator(operation)
        return [item for page in paginator.paginate(**arguments, **self.table) for item in page["Items"]]


class Table:
    """`EncryptedTable`, which speaks native Python values."""

    def __init__(self, endpoint, setup):
        table = session(endpoint).resource("dynamodb", endpoint_url=endpoint["url"]).Table(setup.table_name)
        self.table = EncryptedTable(table, setup.provider, attribute_actions=setup.actions)

    def put(self, item):
        self.table.put_item(Item=ddb_to_dict(item))

    def get(self, key):
        item = self.table.get_item(Key=ddb_to_dict(key)).get("Item")
        return None if item is None else dict_to_ddb(item)

    def query(self, name, value):
        [native] = ddb_to_dict({name: value}).values()
        return self._pages(self.table.query, {"KeyConditionExpression": Key(name).eq(native)})

    def scan(self):
        return self._pages(self.table.scan, {})

    @staticmethod
    def _pages(operation, arguments):
        items = []
        while True:
            page = operation(**arguments)
            items += [dict_to_ddb(item) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return items
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]


STORES = {"client": Client, "table": Table}
