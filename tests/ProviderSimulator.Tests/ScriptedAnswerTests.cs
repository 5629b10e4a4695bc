using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.ProviderSimulator.Scripts;
using ControlPlane.ProviderSimulator.Tests.Driving;

namespace ControlPlane.ProviderSimulator.Tests;

/// <summary>Plays every embedded script: each state of each route, with requests made from the script alone.</summary>
public sealed class ScriptedAnswerTests
{
    public static TheoryData<string> Ids => [.. ScriptLibrary.LoadEmbedded().Select(script => script.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Route_EachScriptedState_IsAnsweredAsScripted(string id)
    {
        var script = ScriptLibrary.LoadEmbedded().Single(script => script.Id == id);
        await using var running = await Running.StartAsync(script);

        foreach (var route in script.Routes)
        {
            // What stands in the path cannot be missing from it.
            var inPathAlone = route.Credentials.All(credential => credential.In == "path" || credential.Optional);
            foreach (var state in route.Answers.Keys.Where(state => state != "missing" || !inPathAlone || route.Signature is not null))
                await PlayAsync(running, script, route, state);
        }
    }

    private static async Task PlayAsync(Running running, ProviderScript script, RouteScript route, string state)
    {
        var good = ScriptedRequest.Values(script, "good");
        running.Host.RemoveKey(script.Id);
        if (good.Count > 0)
            running.Host.SetKey(script.Id, good);
        var token = await TokenAsync(running, script, route, good);
        if (state is not ("active" or "unknown" or "missing" or "bad_signature" or "stale_timestamp" or "bad_request"))
            running.Host.SetKey(script.Id, good, state);

        var values = state switch
        {
            "missing" => null,
            "unknown" => ScriptedRequest.Values(script, "other"),
            _ => good,
        };
        var address = running.Host.BaseUrl(script.Id);
        using var request = ScriptedRequest.Build(
            address, route, values, state == "unknown" ? "no-such-token" : token, insisted: state != "bad_request");
        if (route.Signature is { } signature && values is not null)
        {
            // A wrong signature is one under another secret, for the right key.
            var keys = state == "bad_signature" ? OtherSecret(script.Id, good) : values;
            if (state == "stale_timestamp" && signature == "kraken")
                await SendLargerNonceAsync(running, address, route, good);
            var now = DateTimeOffset.UtcNow - (state == "stale_timestamp" ? TimeSpan.FromDays(1) : TimeSpan.Zero);
            await Signer.SignAsync(signature, request, request.RequestUri!.ToString()[address.Length..], keys, now);
        }

        using var response = await running.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var expected = Expected(script, route, state).ToList();
        var place = $"{script.Id} {route.Method} {route.Path} {state}: {(int)response.StatusCode} {text}";

        // A broker's book answers calls of orders by itself; what matters here is that it takes the key.
        if (state == "active" && running.Host.HasBook(script.Id) && !expected.Exists(answer => (int)response.StatusCode == answer.Status && SameBody(answer, text)))
        {
            Assert.False(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, place);
            Assert.DoesNotContain("nonce", text, StringComparison.Ordinal);
            return;
        }

        Assert.True(expected.Exists(answer => (int)response.StatusCode == answer.Status && SameBody(answer, text)), place);
        foreach (var (name, value) in expected.Count == 1 ? expected[0].Headers : new Dictionary<string, string>())
            Assert.Equal(value, string.Join(", ", response.Headers.Concat(response.Content.Headers).Single(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value));
    }

    /// <summary>At Kraken a request is stale only after another one of the same key.</summary>
    private static async Task SendLargerNonceAsync(Running running, string address, RouteScript route, Dictionary<string, string> good)
    {
        using var request = ScriptedRequest.Build(address, route, good, token: null);
        await Signer.SignAsync("kraken", request, request.RequestUri!.ToString()[address.Length..], good, DateTimeOffset.UtcNow);
        using var response = await running.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode);
    }

    /// <summary>Several routes on one path are alternatives, any of which may speak for a key nobody knows.</summary>
    private static IEnumerable<AnswerScript> Expected(ProviderScript script, RouteScript route, string state) =>
        state is "missing" or "unknown"
            ? script.Routes
                .Where(other => other.Method == route.Method && other.Path == route.Path && other.Query.All(pair => route.Query.GetValueOrDefault(pair.Key) == pair.Value))
                .SelectMany(other => other.Answers.Where(pair => pair.Key is "missing" or "unknown" && (other != route || pair.Key == state)).Select(pair => pair.Value))
            : [route.Answers[state]];

    private static async Task<string?> TokenAsync(Running running, ProviderScript script, RouteScript route, Dictionary<string, string> values)
    {
        if (!route.Credentials.Any(credential => credential.Format.Contains("{token}")))
            return null;
        var login = script.Routes.First(other => other.Answers["active"].Json?.GetRawText().Contains("\"{token}\"") == true);
        using var request = ScriptedRequest.Build(running.Host.BaseUrl(script.Id), login, values, token: null);
        using var response = await running.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{script.Id} login: {(int)response.StatusCode}");
        return running.Host.IssuedTokens(script.Id)[0];
    }

    private static Dictionary<string, string> OtherSecret(string id, Dictionary<string, string> good)
    {
        var values = new Dictionary<string, string>(good);
        foreach (var (name, value) in Signer.Values(id, "other").Where(pair => pair.Key.Contains("SECRET") || pair.Key.EndsWith("_TOKEN")))
            values[name] = value;
        return values;
    }

    private static bool SameBody(AnswerScript answer, string text)
    {
        if (answer.Json is not { } json)
            return text == (answer.Text ?? "");
        try
        {
            return JsonNode.DeepEquals(WithoutTokens(JsonNode.Parse(json.GetRawText())), WithoutTokens(JsonNode.Parse(text)));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonNode? WithoutTokens(JsonNode? node) => JsonNode.Parse(
        System.Text.RegularExpressions.Regex.Replace(node?.ToJsonString() ?? "null", "\"(?:\\{token\\}|tok_[0-9a-f]{40})\"", "\"token\""));
}
