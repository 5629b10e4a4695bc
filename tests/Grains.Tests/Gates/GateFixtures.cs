using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Tests.Gates;

/// <summary>Inputs of a decision, built by saying only what matters.</summary>
internal static class GateFixtures
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);

    public static ProviderEvidence Evidence(string provider, ProviderState state, params Reason[] reasons) => new(
        provider, Guid.Empty, 1, state, state >= ProviderState.Degraded ? 60_000 : 0, [.. reasons], state == ProviderState.NotConfigured ? [$"{provider.ToUpperInvariant()}_API_KEY"] : [], "0af7651916cd43dd8448eb211c80319c") { Environment = "live" };

    public static Reason Why(string code, Severity severity = Severity.Blocked) => new(code, severity, $"because of {code}", $"fix {code}", Now);

    public static ProviderInput Provider(string id, string category, ProviderState? state, bool required = false, double validForS = 5, params Reason[] reasons) => new(
        id, id, category, required, true, state is { } s ? Evidence(id, s, reasons.Length > 0 ? reasons : Default(s)) : null, state is null ? TimeSpan.Zero : TimeSpan.FromSeconds(validForS), Now);

    private static Reason[] Default(ProviderState state) => state switch
    {
        ProviderState.NotConfigured => [Why(Codes.IntegrationKeyMissing)],
        ProviderState.ConfiguredNotConnected => [Why(Codes.IntegrationVerifyFailed)],
        ProviderState.Degraded => [Why(Codes.IntegrationVerifyInconclusive, Severity.Degraded)],
        _ => [],
    };

    public static ImmutableDictionary<string, ComponentInput> AllComponents { get; } = new[] { ComponentNames.Supervisor, ComponentNames.TimeoutWorker, ComponentNames.RiskEngine }
        .ToImmutableDictionary(c => c, _ => new ComponentInput(true, "fine", TimeSpan.FromSeconds(5), Now));

    public static GateInputs Inputs(params ProviderInput[] providers) => new()
    {
        Policy = new PolicyOptions(),
        Providers = [.. providers],
        Components = AllComponents,
        Kill = KillSwitch.Released,
        Live = LiveTrading.Disarmed,
        Now = Now,
    };

    /// <summary>One connected provider for each of the three provider gates.</summary>
    public static GateInputs AllGood(params ProviderInput[] more) => Inputs(
    [
        Provider("polygon", "market_data", ProviderState.Connected),
        Provider("alpaca", "broker", ProviderState.Connected),
        Provider("openai", "llm", ProviderState.Connected),
        .. more,
    ]);

    public static ImmutableHashSet<string> EverythingOpen(GateInputs inputs) => [.. OpeningHysteresis.Items(inputs).Select(i => i.Item)];

    public static GateSnapshot Decide(GateInputs inputs, GateSnapshot? previous = null) => DecisionPolicy.Decide(inputs, EverythingOpen(inputs), previous, out _);
}
