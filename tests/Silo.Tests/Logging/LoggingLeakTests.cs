using System.Text.Json;
using ControlPlane.Grains.Secrets;
using ControlPlane.Testing;

namespace ControlPlane.Silo.Tests.Logging;

public sealed class LoggingLeakTests
{
    private readonly CanarySet _canaries = new();
    private readonly SecretRegistry _registry = new();
    private readonly Canary _canary;

    public LoggingLeakTests() => _canary = _canaries.Plant("A_KEY", alphabet: CanaryAlphabet.Base64);

    public static TheoryData<string> Routes => [.. LeakRoutes.All.Keys];

    [Theory]
    [MemberData(nameof(Routes))]
    public void Log_ByAnyRoute_CleanAndOneLine(string route)
    {
        _registry.Register(_canary.Name, _canary.Value);
        using var harness = new LogHarness(_registry);
        LeakRoutes.All[route](harness.Logger(), _canary.Value);
        _canaries.AssertAbsent(harness.Text, $"text: {route}");
        _canaries.AssertAbsent(harness.Json, $"JSON: {route}");
        AssertOneLine(harness.Text);
        AssertOneLine(harness.Json);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(harness.JsonLines[0]).RootElement.ValueKind);
    }

    /// <summary>Without the redactor the harness must see the canary by every route that nothing else closes.</summary>
    [Theory]
    [MemberData(nameof(Routes))]
    public void Log_NothingRegistered_CanaryIsSeen(string route)
    {
        using var harness = new LogHarness(_registry);
        LeakRoutes.All[route](harness.Logger(), _canary.Value);
        // These never print a value, registered or not.
        if (route is "secret" or "request" or "request, destructured" or "address" or "path")
            _canaries.AssertAbsent(harness.Text + harness.Json);
        else
            _canaries.AssertPresent(harness.Text + harness.Json, route);
    }

    [Fact]
    public void Log_Ids_StayReadable()
    {
        _registry.Register(_canary.Name, _canary.Value);
        using var harness = new LogHarness(_registry);
        var trace = Guid.NewGuid().ToString("N");
        LogId(harness, trace);
        Assert.Contains($"bot momentum-es epoch 17 trace {trace} took 1.50 ms", harness.Text, StringComparison.Ordinal);
        var json = JsonDocument.Parse(harness.JsonLines[0]).RootElement;
        Assert.Equal(17, json.GetProperty("Epoch").GetInt64());
        Assert.Equal(trace, json.GetProperty("Trace").GetString());
    }

    private static void LogId(LogHarness harness, string trace) => Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(
        harness.Logger(), "bot {BotId} epoch {Epoch} trace {Trace} took {Ms:0.00} ms", "momentum-es", 17L, trace, 1.5);

    private static void AssertOneLine(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text[..^1], c => char.IsControl(c) || c is '\u2028' or '\u2029');
    }
}
