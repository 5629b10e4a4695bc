using System.Text.Json.Nodes;
using ControlPlane.Grains.Tests.Integrations.Catalogue;

namespace ControlPlane.Grains.Tests.Gateway;

public sealed class GatewayRulesTests
{
    private const string Order = """
        "order": { "symbol": ["/symbol"], "side": { "field": "/side", "buy": ["buy"], "sell": ["sell"] }, "quantity": [{ "field": "/qty" }],
          "types": [{ "field": "/type", "values": ["market"], "is": "market" }], "client_order_id": { "field": "/client_order_id", "max_length": 36 } },
        "answer": { "order_id": ["/id"], "states": [{ "field": "/status", "values": ["new"], "is": "open" }] }
        """;
    private const string Desk = """
        "orders": { "lookups": [{ "request": { "path": "/orders/{client_order_id}" }, "answer": { "order_id": ["/id"] } }] }
        """;

    [Fact]
    public void Whole_HasNoErrors() => Assert.Empty(Errors($$"""{ "operations": [{ "method": "POST", "path": "/orders", "effect": "order", {{Order}} }], {{Desk}} }"""));

    [Theory]
    [InlineData("""{ "hosts": { "Data": "https://x.test" } }""", "gateway.hosts.Data", "lower-case")]
    [InlineData("""{ "hosts": { "data": "http://x.test" } }""", "gateway.hosts.data", "absolute https")]
    [InlineData("""{ "operations": [{ "method": "get", "path": "/a", "effect": "read" }] }""", "gateway.operations[0].method", "must be one of")]
    [InlineData("""{ "operations": [{ "method": "GET", "path": "a", "effect": "read" }] }""", "gateway.operations[0].path", "segments behind slashes")]
    [InlineData("""{ "operations": [{ "method": "GET", "path": "/a/x{b}", "effect": "read" }] }""", "gateway.operations[0].path", "one whole {name}")]
    [InlineData("""{ "operations": [{ "method": "GET", "path": "/a/..", "effect": "read" }] }""", "gateway.operations[0].path", "segments behind slashes")]
    [InlineData("""{ "operations": [{ "method": "GET", "path": "/{a}/{a}", "effect": "read" }] }""", "gateway.operations[0].path", "once")]
    [InlineData("""{ "operations": [{ "method": "GET", "path": "/a", "effect": "buy" }] }""", "gateway.operations[0].effect", "must be one of read")]
    [InlineData("""{ "operations": [{ "method": "GET", "path": "/a", "effect": "read", "host": "x" }] }""", "gateway.operations[0].host", "name of hosts")]
    [InlineData("""{ "operations": [{ "method": "POST", "path": "/a", "effect": "order" }] }""", "gateway.operations[0].order", "must be there")]
    [InlineData("""{ "operations": [{ "method": "POST", "path": "/a", "effect": "cancel" }] }""", "gateway.operations[0].cancel", "must be there")]
    [InlineData("""{ "operations": [{ "method": "POST", "path": "/a", "effect": "cancel", "cancel": {} }] }""", "gateway.operations[0].cancel", "either be all")]
    [InlineData("""{ "operations": [{ "method": "GET", "path": "/a/{b}", "effect": "read" }, { "method": "GET", "path": "/a/{c}", "effect": "account" }] }""", "gateway.operations[1].path", "same calls")]
    public void Broken_IsTold(string gateway, string field, string rule) =>
        Assert.Contains(Errors(gateway), error => error.Field == field && error.Rule.Contains(rule, StringComparison.Ordinal));

    [Fact]
    public void OrdersWithoutLookup_AreTold() =>
        Assert.Contains(Errors($$"""{ "operations": [{ "method": "POST", "path": "/orders", "effect": "order", {{Order}} }] }"""), error => error.Field == "gateway.orders");

    [Theory]
    [InlineData(""" "positions": [{ "request": { "path": "/p/{nobody}" }, "items": "", "symbol": ["/s"], "quantity": ["/q"] }] """, "gateway.orders.positions[0].request", "{nobody}")]
    [InlineData(""" "positions": [{ "request": { "path": "/p" }, "items": "list", "symbol": ["/s"], "quantity": ["/q"] }] """, "gateway.orders.positions[0].items", "JSON pointer")]
    [InlineData(""" "positions": [{ "request": { "path": "/p" }, "items": "", "quantity": ["/q"] }] """, "gateway.orders.positions[0].symbol", "is missing")]
    [InlineData(""" "positions": [{ "request": { "path": "/p" }, "items": "", "symbol": ["/s"], "quantity": [] }] """, "gateway.orders.positions[0].quantity", "name a field")]
    [InlineData(""" "positions": [{ "request": { "path": "/p" }, "items": "", "symbol": ["/s"], "quantity": ["/q"], "match": { "/a": "{other}" } }] """, "gateway.orders.positions[0].match", "{other}")]
    [InlineData(""" "fills": [{ "request": { "path": "/f/{taken}" }, "order_id": ["/o"], "quantity": ["/q"], "price": ["/p"] }] """, "gateway.orders.fills[0].request", "{taken}")]
    [InlineData(""" "fills": [{ "request": { "path": "/f" }, "order_id": ["/o"], "quantity": ["/q"], "price": ["p"] }] """, "gateway.orders.fills[0]", "JSON pointer")]
    [InlineData(""" "fills": [{ "request": { "path": "/f" }, "order_id": [], "quantity": ["/q"], "price": ["/p"] }] """, "gateway.orders.fills[0].order_id", "name a field")]
    [InlineData(""" "fills": [{ "request": { "path": "/f" }, "order_id": ["/o"], "quantity": ["/q"], "price": ["/p"], "fee": ["/f"], "fee_needs_currency": true }] """, "gateway.orders.fills[0].fee_currency", "is missing")]
    public void BrokenQuestionsOfTheGatewaysOwn_AreTold(string part, string field, string rule)
    {
        var desk = Desk.TrimEnd()[..^1];
        Assert.Contains(
            Errors($$"""{ "operations": [{ "method": "POST", "path": "/orders", "effect": "order", {{Order}} }], {{desk}}, {{part}} } }"""),
            error => error.Field == field && error.Rule.Contains(rule, StringComparison.Ordinal));
    }

    private static IReadOnlyList<Grains.Integrations.Catalogue.CatalogueError> Errors(string gateway)
    {
        var provider = SampleCatalogue.Provider();
        provider["gateway"] = JsonNode.Parse(gateway);
        return SampleCatalogue.Errors(provider);
    }
}
