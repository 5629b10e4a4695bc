using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>Whether two decisions differ in anything but the time at which they were made, and how they differ.</summary>
internal static class DecisionComparison
{
    public static bool SameSubstance(GateSnapshot a, GateSnapshot b) =>
        a.Status == b.Status
        && a.TradingState == b.TradingState
        && a.Kill == b.Kill
        && a.Live == b.Live
        && a.Fence == b.Fence
        && a.Gates.Length == b.Gates.Length
        && a.Gates.Zip(b.Gates).All(p => SameSubstance(p.First, p.Second))
        && a.Blockers.SequenceEqual(b.Blockers)
        && a.PathToOk.Length == b.PathToOk.Length
        && a.PathToOk.Zip(b.PathToOk).All(p => SameStep(p.First, p.Second))
        && a.Providers.Count == b.Providers.Count
        && a.Providers.Values.All(p => b.Providers.TryGetValue(p.Provider, out var q) && SameSubstance(p, q));

    /// <summary>Every change of system status, gates, kill and LIVE from one decision to the next.</summary>
    /// <param name="why">Reason of a release.</param>
    public static ImmutableArray<GateTransition> Transitions(GateSnapshot? from, GateSnapshot to, string? by, string? traceId, Func<string> decision, string? why = null)
    {
        var rows = ImmutableArray.CreateBuilder<GateTransition>();
        void Add(string subject, string before, string after, string reason, string message, string? evidence) => rows.Add(new(
            to.DecidedAt, to.Epoch, to.Version, subject, before, after, reason, message, by, traceId ?? evidence, rows.Count == 0 ? decision() : null));

        if (from is null || from.Status != to.Status)
        {
            var first = to.Blockers.FirstOrDefault();
            Add("system", from is null ? "NONE" : Word(from.Status), Word(to.Status), first?.Code ?? "OK", first?.Message ?? "Every gate holds.", first?.EvidenceTraceId ?? Evidence(from, to));
        }

        foreach (var gate in to.Gates)
        {
            var before = from?.Gates.FirstOrDefault(g => g.Gate == gate.Gate);
            if (before is not null && before.Status == gate.Status && before.Degraded == gate.Degraded) continue;
            Add(gate.Gate, before is null ? "NONE" : Word(before), Word(gate), gate.Reason, gate.Message, to.Blockers.FirstOrDefault(b => b.Gate == gate.Gate)?.EvidenceTraceId ?? Evidence(from, to, gate.Gate));
        }

        if ((from?.Kill.Engaged ?? false) != to.Kill.Engaged)
        {
            Add("kill_switch", to.Kill.Engaged ? "released" : "engaged", to.Kill.Engaged ? "engaged" : "released", to.Kill.Engaged ? Codes.KillSwitchEngaged : "Released", to.Kill.Engaged ? to.Kill.Reason ?? "" : why ?? "", null);
        }

        if ((from?.Live.Armed ?? false) != to.Live.Armed)
        {
            Add("live_trading", to.Live.Armed ? "disarmed" : "armed", to.Live.Armed ? "armed" : "disarmed", to.Live.Armed ? "Armed" : "Disarmed", to.Live.Armed ? "LIVE is armed." : "LIVE is disarmed.", null);
        }

        return rows.ToImmutable();
    }

    /// <summary>Trace of the verify that made a provider connected, of the newly connected ones first.</summary>
    private static string? Evidence(GateSnapshot? from, GateSnapshot to, string? gate = null) => to.Providers.Values
        .Where(p => p.Connected && (gate is null || GateNames.ForCategory(p.Category) == gate))
        .OrderBy(p => from?.Providers.GetValueOrDefault(p.Provider)?.Connected ?? false).ThenBy(p => p.Provider, StringComparer.Ordinal)
        .FirstOrDefault()?.EvidenceTraceId;

    public static string Word(SystemStatus status) => status switch
    {
        SystemStatus.Ok => "OK",
        SystemStatus.Degraded => "DEGRADED",
        _ => "BLOCKED",
    };

    private static string Word(GateCondition gate) => gate is { Status: GateStatus.True, Degraded: true } ? "True (degraded)" : gate.Status.ToString();

    private static bool SameSubstance(GateCondition a, GateCondition b) =>
        a.Gate == b.Gate && a.Status == b.Status && a.Degraded == b.Degraded && a.Reason == b.Reason && a.Message == b.Message
        && a.Since == b.Since && a.Required == b.Required && a.Providers.SequenceEqual(b.Providers);

    private static bool SameStep(PathStep a, PathStep b) =>
        a.Action == b.Action && a.Provider == b.Provider && a.Text == b.Text && a.Variables.SequenceEqual(b.Variables)
        && a.AnyOf.Length == b.AnyOf.Length && a.AnyOf.Zip(b.AnyOf).All(p => p.First.Provider == p.Second.Provider && p.First.Variables.SequenceEqual(p.Second.Variables));

    private static bool SameSubstance(ProviderCondition a, ProviderCondition b) =>
        a.State == b.State && a.Environment == b.Environment && a.EvidenceTraceId == b.EvidenceTraceId && a.Reasons.SequenceEqual(b.Reasons) && a.MissingVariables.SequenceEqual(b.MissingVariables)
        && a.FailingBots.AsSpan().SequenceEqual(b.FailingBots.AsSpan()) && a.Capabilities.AsSpan().SequenceEqual(b.Capabilities.AsSpan());
}
