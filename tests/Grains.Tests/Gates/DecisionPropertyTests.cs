using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Policy;
using CsCheck;
using static ControlPlane.Grains.Tests.Gates.GateFixtures;

namespace ControlPlane.Grains.Tests.Gates;

/// <summary>For any mix of evidence, ages and policy.</summary>
public sealed class DecisionPropertyTests
{
    private static readonly string[] s_categories = ["market_data", "broker", "llm", "notification"];

    private static readonly Gen<ProviderInput> s_provider = Gen.Select(
        Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[-1, 3], Gen.Bool, Gen.Double[-2, 6], Gen.Bool,
        (category, number, state, required, validFor, verifiable) =>
        {
            var id = $"{s_categories[category]}{number}";
            return Provider(id, s_categories[category], state < 0 ? null : (ProviderState)state, required, validFor) with { Verifiable = verifiable };
        });

    private static readonly Gen<ImmutableDictionary<string, ComponentInput>> s_components = Gen.Select(Gen.Bool.Array[3], Gen.Double[-2, 6].Array[3], Gen.Bool.Array[3], (healthy, valid, present) =>
        AllComponents.Keys.Order(StringComparer.Ordinal).Select((c, i) => (c, i)).Where(x => present[x.i])
            .ToImmutableDictionary(x => x.c, x => new ComponentInput(healthy[x.i], "m", TimeSpan.FromSeconds(valid[x.i]), Now)));

    private static readonly Gen<PolicyOptions> s_policy = Gen.Select(Gen.Bool.Array[6], Gen.Int[0, 3], (required, all) => new PolicyOptions
    {
        Gates = GateNames.All.Select((g, i) => (g, i)).ToImmutableDictionary(
            x => x.g,
            x => new GatePolicyOptions(required[x.i], [], x.g == GateNames.DataFeeds && all > 0 ? [$"market_data{all}"] : [])),
    });

    private static readonly Gen<GateInputs> s_inputs = Gen.Select(s_provider.Array[0, 10], s_components, s_policy, Gen.Bool, Gen.Bool, (providers, components, policy, kill, lost) =>
        Inputs([.. providers.DistinctBy(p => p.Id)]) with
        {
            Components = components,
            Policy = policy,
            Kill = kill ? new(true, "x", "op", Now, true) : KillSwitch.Released,
            StoreLost = lost ? Why(Codes.DataUnavailable) : null,
        });

    private static readonly Gen<(GateInputs Inputs, ImmutableHashSet<string> Open)> s_case = Gen.Select(s_inputs, Gen.Int, (inputs, seed) =>
    {
        var random = new Random(seed);
        return (inputs, (ImmutableHashSet<string>)[.. EverythingOpen(inputs).Where(_ => random.Next(4) > 0)]);
    });

    [Fact]
    public void NotBlocked_ImpliesThatEveryRequiredThingIsProvenWithinItsValidity() => s_case.Sample(c =>
    {
        var decision = DecisionPolicy.Decide(c.Inputs, c.Open, null, out var validFor);
        if (decision.Status == SystemStatus.Blocked) return;

        Assert.False(c.Inputs.Kill.Engaged);
        Assert.Null(c.Inputs.StoreLost);
        bool Proven(ProviderInput p) => p is { Verifiable: true, Evidence.State: ProviderState.Connected or ProviderState.Degraded } && p.ValidFor > TimeSpan.Zero && c.Open.Contains("provider/" + p.Id);
        foreach (var (gate, category) in new[] { (GateNames.DataFeeds, "market_data"), (GateNames.Broker, "broker"), (GateNames.Llm, "llm") })
        {
            if (c.Inputs.Policy.For(gate).Required) Assert.Contains(c.Inputs.Providers, p => p.Category == category && Proven(p));
            if (c.Inputs.Policy.For(gate).Required) Assert.All(c.Inputs.Policy.For(gate).AllOf, id => Assert.Contains(c.Inputs.Providers, p => p.Id == id && Proven(p)));
        }

        foreach (var (gate, component) in new[] { (GateNames.SupervisorLoop, ComponentNames.Supervisor), (GateNames.TimeoutWorker, ComponentNames.TimeoutWorker), (GateNames.RiskEngine, ComponentNames.RiskEngine) })
        {
            if (c.Inputs.Policy.For(gate).Required) Assert.True(c.Inputs.Components[component] is { Healthy: true } x && x.ValidFor > TimeSpan.Zero && c.Open.Contains("component/" + component));
        }

        Assert.All(c.Inputs.Providers.Where(p => p.Required), p => Assert.True(Proven(p)));
        Assert.True(validFor > TimeSpan.Zero);
    }, iter: 5_000);

    [Fact]
    public void Ok_ImpliesNothingDegraded() => s_case.Sample(c =>
    {
        var decision = DecisionPolicy.Decide(c.Inputs, c.Open, null, out _);
        if (decision.Status != SystemStatus.Ok) return;
        Assert.Empty(decision.Blockers);
        Assert.Equal(TradingState.Active, decision.TradingState);
        Assert.DoesNotContain(decision.Gates, g => g.Healthy && g.Degraded);
    }, iter: 5_000);

    [Fact]
    public void Blocked_AlwaysHaltsAndSaysWhyAndShowsAWay() => s_case.Sample(c =>
    {
        var decision = DecisionPolicy.Decide(c.Inputs, c.Open, null, out _);
        if (decision.Status != SystemStatus.Blocked) return;
        Assert.Equal(TradingState.Halted, decision.TradingState);
        Assert.Contains(decision.Blockers, b => b.Severity == Severity.Blocked);
        Assert.NotEmpty(decision.PathToOk);
        Assert.Equal(decision.Blockers.OrderBy(b => b.Severity == Severity.Blocked ? BlockerPolicy.Rank(b) : 100), decision.Blockers);
    }, iter: 5_000);

    [Fact]
    public void FewerOpenItems_NeverAllowMore() => Gen.Select(s_case, Gen.Int).Sample((c, seed) =>
    {
        var random = new Random(seed);
        ImmutableHashSet<string> fewer = [.. c.Open.Where(_ => random.Next(3) > 0)];
        var more = DecisionPolicy.Decide(c.Inputs, c.Open, null, out _);
        var less = DecisionPolicy.Decide(c.Inputs, fewer, null, out _);
        Assert.True(less.Status <= more.Status);
        Assert.True(less.TradingState <= more.TradingState);
    }, iter: 5_000);

    [Fact]
    public void Bot_IsNeverAllowedMoreThanTheSystem() => Gen.Select(s_case, Gen.Bool.Array[6], Gen.Int[0, 3]).Sample((c, flags, need) =>
    {
        var system = DecisionPolicy.Decide(c.Inputs, c.Open, null, out _);
        var report = new BotGateReport("b", Guid.Empty, 1, 1, 1000, flags[0] ? 0 : 1, flags[1], flags[2], 1000, flags[3], need == 0 ? [] : [$"market_data{need}"], ReduceOnly: need == 2);
        if (report.ReduceOnly) Assert.NotEqual(TradingState.Active, BotGatePolicy.Decide(system, report, flags[4], flags[5]).State);
        var (state, codes, exits) = BotGatePolicy.Decide(system, report, flags[4], flags[5]);
        Assert.True(state <= system.TradingState);
        Assert.Equal(state == TradingState.Active, codes.IsEmpty);
        Assert.Equal(flags[4] && !flags[1] && report.Fence == system.Fence && !system.Kill.Engaged, exits);
        if (state == TradingState.Halted) return;
        Assert.True(flags[4] && !flags[1] && report.Fence == system.Fence);
        if (report.Live && state == TradingState.Active) Assert.True(system.Live.Armed && flags[5] && flags[3]);
        Assert.All(report.Requires, id => Assert.True(system.Providers[id].Connected));
    }, iter: 5_000);
}
