using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Tests;

/// <summary>Rows and answers as the control plane gives them.</summary>
internal static class Rows
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 14, 2, 11, TimeSpan.Zero);

    public static IntegrationRow Integration(string provider, ProviderState state = ProviderState.Connected, long? proofs = 0) => new()
    {
        Provider = provider,
        Name = provider.ToUpperInvariant(),
        Category = "market_data",
        State = state,
        Configured = state != ProviderState.NotConfigured,
        Connected = state is ProviderState.Connected or ProviderState.Degraded,
        SupportsVerify = true,
        MissingEnvVars = state == ProviderState.NotConfigured ? [$"{provider.ToUpperInvariant()}_API_KEY"] : [],
        ProofOfUseCount24h = proofs,
        Hosts = new HostsRow(1, 1, true),
        Unavailable = proofs is null ? [new UnavailableRow("proof_of_use_count_24h", "DATA_UNAVAILABLE", Now.AddMinutes(-12))] : [],
        Reasons = [],
    };

    public static UsageFiguresRow Usage(string provider, long? proofs) => new(
        provider, Now, "grid-eth", proofs, proofs is null ? null : 0, null, proofs is null ? [new UnavailableRow("proof_of_use_count_24h", "DATA_UNAVAILABLE", Now)] : []);

    public static BlockerRow Blocker(string code = "INTEGRATION_KEY_MISSING", string? provider = "polygon", Severity severity = Severity.Blocked, string? fix = "Set POLYGON_API_KEY.", Resolution resolution = Resolution.Manual) =>
        new(code, severity, "system", "dataFeedsHealthy", provider, null, "Polygon has no key.", fix, Now, null) { Resolution = resolution };

    public static SystemStatusAnswer System(SystemStatus status = SystemStatus.Ok, IReadOnlyList<BlockerRow>? blockers = null, TierCounts? tiers = null, BotTotals? bots = null) => new()
    {
        AsOf = Now,
        Epoch = 1,
        Version = 1,
        TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
        Unavailable = [],
        SystemStatus = status,
        AutonomyAllowed = status != SystemStatus.Blocked,
        TradingState = status == SystemStatus.Blocked ? TradingState.Halted : TradingState.Active,
        ValidForMs = 3000,
        Demo = false,
        AutonomyGates = Gates(status == SystemStatus.Blocked ? GateStatus.False : GateStatus.True),
        Blockers = blockers ?? [],
        PathToOk = [],
        KillSwitch = new KillSwitchRow(false, null, null, null),
        LiveTrading = new LiveTradingRow(false, null, null),
        TierCounts = tiers ?? new TierCounts(1, 0, 0, 0, 0),
        Bots = bots ?? new BotTotals(3, 0, 3, 0, 0),
    };

    public static HubSnapshot Snapshot(params IntegrationRow[] rows) => new("s1", 10, System(), rows, [], []);

    public static BotRow Bot(string id, SystemStatus readiness = SystemStatus.Ok, RunnerState runner = RunnerState.Stopped, Directive? must = null, Directive? heard = null) => new()
    {
        BotId = id,
        Name = id,
        Mode = TradingMode.Paper,
        Requires = [],
        RiskLimits = new Dictionary<string, decimal>(),
        Readiness = readiness,
        Blockers = [],
        PathToOk = [],
        Tier = AutonomyTier.Paper,
        Runner = new RunnerRow(runner, runner == RunnerState.Stopped ? null : "r1", runner == RunnerState.Stopped ? 0 : 7, null) { Directive = must, DirectiveHeard = heard },
        KillSwitch = new KillSwitchRow(false, null, null, null),
        Live = new LiveTradingRow(false, null, null),
        Generation = 3,
    };

    public static KillSwitchRow Killed(string by = "operator", string reason = "It sold too low.") => new(true, reason, by, Now);

    public static AutonomyAnswer Autonomy(string bot, params string[] needs) => new(
        bot, AutonomyTier.Paper, 81, Now, [], AutonomyTier.Supervised, 80, true, "formula", [.. needs.Select(code => new AutonomyNeedRow(code, null, null, null, $"It needs {code}."))], [], [], [], "t");

    private static AutonomyGates Gates(GateStatus feeds)
    {
        var holds = new GateRow(GateStatus.True, true, false, "Verified", "Verified and fresh.", Now, Now, Now.AddSeconds(3), [], true);
        return new AutonomyGates
        {
            DataFeedsHealthy = holds with { Status = feeds, Healthy = feeds == GateStatus.True },
            BrokerConnected = holds,
            LlmConnected = holds,
            SupervisorLoopActive = holds,
            TimeoutWorkerActive = holds,
            RiskEngineConnected = holds,
        };
    }
}
