using System.Text;
using System.Text.Json;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Outcomes;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class PredicateEvaluatorTests
{
    private const string Body = """
        {"id":7,"name":"abc","empty":"","blank":" ","none":null,"flag":false,"list":[1,"two",{"x":3}],"nothing":[],"object":{},"p-ticket":"t","a":{"b":{"c":1.5}}}
        """;

    [Theory]
    [InlineData("""{"type":"json_has","path":"id"}""", true)]
    [InlineData("""{"type":"json_has","path":"none"}""", false)]
    [InlineData("""{"type":"json_has","path":"list.2.x"}""", true)]
    [InlineData("""{"type":"json_has","path":"list.3"}""", false)]
    [InlineData("""{"type":"json_has","path":"list.-1"}""", false)]
    [InlineData("""{"type":"json_has","path":"name.x"}""", false)]
    [InlineData("""{"type":"json_has","path":"p-ticket"}""", true)]
    [InlineData("""{"type":"json_lacks","path":"other"}""", true)]
    [InlineData("""{"type":"json_lacks","path":"id"}""", false)]
    [InlineData("""{"type":"json_nonempty","path":"name"}""", true)]
    [InlineData("""{"type":"json_nonempty","path":"blank"}""", false)]
    [InlineData("""{"type":"json_nonempty","path":"flag"}""", true)]
    [InlineData("""{"type":"json_nonempty","path":"other"}""", false)]
    [InlineData("""{"type":"json_nonempty"}""", true)]
    [InlineData("""{"type":"json_empty","path":"empty"}""", true)]
    [InlineData("""{"type":"json_empty","path":"other"}""", true)]
    [InlineData("""{"type":"json_empty","path":"none"}""", true)]
    [InlineData("""{"type":"json_empty","path":"nothing"}""", true)]
    [InlineData("""{"type":"json_empty","path":"object"}""", true)]
    [InlineData("""{"type":"json_empty","path":"list"}""", false)]
    [InlineData("""{"type":"json_equals","path":"id","value":7}""", true)]
    [InlineData("""{"type":"json_equals","path":"id","value":7.0}""", true)]
    [InlineData("""{"type":"json_equals","path":"id","value":"7"}""", false)]
    [InlineData("""{"type":"json_equals","path":"flag","value":false}""", true)]
    [InlineData("""{"type":"json_equals","path":"name","value":"ABC"}""", false)]
    [InlineData("""{"type":"json_equals","path":"other","value":1}""", false)]
    [InlineData("""{"type":"json_in","path":"id","value":[1,7]}""", true)]
    [InlineData("""{"type":"json_in","path":"id","value":[1,"7"]}""", false)]
    [InlineData("""{"type":"json_starts_with","path":"name","value":"ab"}""", true)]
    [InlineData("""{"type":"json_starts_with","path":"id","value":"7"}""", false)]
    [InlineData("""{"type":"json_gt","path":"a.b.c","value":1.4}""", true)]
    [InlineData("""{"type":"json_gt","path":"a.b.c","value":1.5}""", false)]
    [InlineData("""{"type":"json_gt","path":"name","value":0}""", false)]
    [InlineData("""{"type":"json_array_min","path":"list","min":3}""", true)]
    [InlineData("""{"type":"json_array_min","path":"list","min":4}""", false)]
    [InlineData("""{"type":"json_array_min","path":"object","min":0}""", false)]
    [InlineData("""{"type":"json_array_max","path":"nothing","max":0}""", true)]
    [InlineData("""{"type":"json_array_max","path":"other","max":0}""", false)]
    [InlineData("""{"type":"json_array_contains","path":"list","value":"two"}""", true)]
    [InlineData("""{"type":"json_array_contains","path":"list","value":"three"}""", false)]
    [InlineData("""{"type":"json_valid"}""", true)]
    [InlineData("""{"type":"body_contains","value":"\"abc\""}""", true)]
    [InlineData("""{"type":"body_contains","value":"xyz"}""", false)]
    [InlineData("""{"type":"body_empty"}""", false)]
    [InlineData("""{"type":"header_equals","path":"x-kind","value":"FOO"}""", true)]
    [InlineData("""{"type":"header_equals","path":"x-other","value":"foo"}""", false)]
    [InlineData("""{"type":"all","items":[{"type":"json_valid"},{"type":"json_has","path":"id"}]}""", true)]
    [InlineData("""{"type":"all","items":[{"type":"json_valid"},{"type":"json_has","path":"no"}]}""", false)]
    [InlineData("""{"type":"any","items":[{"type":"body_empty"},{"type":"json_has","path":"id"}]}""", true)]
    [InlineData("""{"type":"any","items":[{"type":"body_empty"},{"type":"json_has","path":"no"}]}""", false)]
    [InlineData("""{"type":"not","item":{"type":"json_has","path":"no"}}""", true)]
    public void Evaluate_Json_IsEvaluated(string predicate, bool expected) => Assert.Equal(expected, Evaluate(predicate, Body));

    [Theory]
    [InlineData("""{"type":"json_has","path":"id"}""", null)]
    [InlineData("""{"type":"json_lacks","path":"id"}""", null)]
    [InlineData("""{"type":"json_empty","path":"id"}""", null)]
    [InlineData("""{"type":"not","item":{"type":"json_has","path":"id"}}""", null)]
    [InlineData("""{"type":"json_valid"}""", false)]
    [InlineData("""{"type":"not","item":{"type":"json_valid"}}""", true)]
    [InlineData("""{"type":"body_contains","value":"oops"}""", true)]
    [InlineData("""{"type":"any","items":[{"type":"json_has","path":"id"},{"type":"body_contains","value":"oops"}]}""", true)]
    [InlineData("""{"type":"any","items":[{"type":"json_has","path":"id"},{"type":"body_contains","value":"no"}]}""", null)]
    [InlineData("""{"type":"all","items":[{"type":"json_lacks","path":"id"},{"type":"body_contains","value":"oops"}]}""", null)]
    [InlineData("""{"type":"all","items":[{"type":"json_lacks","path":"id"},{"type":"body_contains","value":"no"}]}""", false)]
    public void Evaluate_NoJson_CannotTell(string predicate, bool? expected) => Assert.Equal(expected, Evaluate(predicate, "oops {"));

    [Theory]
    [InlineData("""[]""", true)]
    [InlineData("""{"a":1}""", false)]
    public void Evaluate_EmptyPath_IsTheDocument(string body, bool expected) =>
        Assert.Equal(expected, Evaluate("""{"type":"json_array_min","min":0}""", body));

    private static bool? Evaluate(string predicate, string body) => PredicateEvaluator.Evaluate(
        JsonSerializer.Deserialize<Predicate>(predicate, CatalogueJson.Options)!,
        new ProviderAnswer(200, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Kind"] = "foo" }, Encoding.UTF8.GetBytes(body)));
}
