using ControlPlane.ProviderSimulator.Scripts;
using ControlPlane.ProviderSimulator.Tests.Driving;

namespace ControlPlane.ProviderSimulator.Tests;

public sealed class ScriptTests
{
    [Fact]
    public void Embedded_All_LoadAndHaveTheProvidersNobodyCanDoWithout()
    {
        var ids = ScriptLibrary.LoadEmbedded().Select(script => script.Id).ToList();

        string[] atLeast = ["databento", "polygon", "ironbeam", "tradovate", "openai", "anthropic", "discord", "supabase", "alpaca", "oanda"];
        Assert.Empty(atLeast.Except(ids));
    }

    [Theory]
    [InlineData("""{"id":"x","routes":[],"colour":1}""", "x.json: $.colour")]
    [InlineData("""{"id":"x"}""", "routes")]
    [InlineData("""{"id":"x",""", "x.json")]
    public void Parse_NotAScript_NamesFileAndField(string json, string expected)
    {
        var exception = Assert.Throws<ScriptException>(() => ScriptLibrary.Parse("x.json", json));

        Assert.Contains(expected, exception.Message);
    }

    [Fact]
    public void Validate_BrokenRules_NameFileFieldAndRule()
    {
        var route = Samples.Bearer.Routes[0];
        (ProviderScript Script, string Field)[] broken =
        [
            (Samples.Bearer with { Id = "Sample" }, "f: id: "),
            (Samples.Bearer with { Routes = [] }, "f: routes: "),
            (With(route with { Method = "get" }), "f: routes[0].method: "),
            (With(route with { Path = "v1" }), "f: routes[0].path: "),
            (With(route with { Path = "/v1?x=1" }), "f: routes[0].path: "),
            (With(route with { Path = "/v1/{KEY" }), "f: routes[0].path: "),
            (With(route with { Signature = "morse" }), "f: routes[0].signature: "),
            (With(route with { Credentials = [new() { In = "cookie", Name = "x", Format = "{A}" }] }), "f: routes[0].credentials[0].in: "),
            (With(route with { Credentials = [new() { In = "header", Format = "{A}" }] }), "f: routes[0].credentials[0].name: "),
            (With(route with { Credentials = [new() { In = "header", Name = "x", Format = "" }] }), "f: routes[0].credentials[0].format: "),
            (With(route with { Answers = Without(route, "missing") }), "f: routes[0].answers: must have an answer for missing"),
            (With(route with { Answers = Without(route, "unknown") }), "f: routes[0].answers: must have an answer for unknown"),
            (With(Answering(route, new AnswerScript { Status = 99 })), "f: routes[0].answers.limited.status: "),
            (With(Answering(route, route.Answers["active"] with { Text = "x" })), "f: routes[0].answers.limited: "),
        ];

        foreach (var (script, field) in broken)
            Assert.StartsWith(field, Assert.Throws<ScriptException>(() => ScriptValidator.Validate(script, "f")).Message);
    }

    private static ProviderScript With(RouteScript route) => Samples.Bearer with { Routes = [route] };

    private static RouteScript Answering(RouteScript route, AnswerScript limited) =>
        route with { Answers = new Dictionary<string, AnswerScript>(route.Answers) { ["limited"] = limited } };

    private static Dictionary<string, AnswerScript> Without(RouteScript route, string state) =>
        route.Answers.Where(pair => pair.Key != state).ToDictionary();
}
