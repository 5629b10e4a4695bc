using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Policy;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>Names everything that keeps the system from acting on its own, in the order a person should look at it.</summary>
internal static class BlockerPolicy
{
    /// <summary>Time in which a process of the control plane comes up or is replaced.</summary>
    public static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    /// <summary>Blockers of the system, ordered: kill, missing key, failed verify, other gates, lease; then what degrades.</summary>
    public static ImmutableArray<Blocker> Evaluate(GateInputs inputs, ImmutableHashSet<string> open, ImmutableArray<GateFinding> gates)
    {
        var blocked = new List<Blocker>();
        if (inputs.Kill.Engaged) blocked.Add(Kill(inputs.Kill, "system", null));
        foreach (var gate in gates.Where(g => g.Required && g.Status != GateStatus.True)) blocked.AddRange(ForGate(gate, inputs, open));
        foreach (var provider in inputs.Providers.Where(p => p.Required && !GateConditionPolicy.IsOpen(p, open)))
        {
            if (!blocked.Any(b => b.Provider == provider.Id)) blocked.Add(ForProvider(provider, Severity.Blocked, inputs.Now));
        }

        if (inputs.StoreReplaced is { } replaced) blocked.Add(Blocker.From(replaced, Severity.Blocked));
        if (inputs.HostSuspended is { } slept) blocked.Add(Blocker.From(slept, Severity.Blocked));
        if (inputs.StoreLost is { } lost) blocked.Add(Blocker.From(lost, Severity.Blocked));

        var degraded = new List<Blocker>();

        // A gate that the system can do without still degrades it when somebody set its keys and it does not hold.
        foreach (var gate in gates.Where(g => g.Status == GateStatus.True ? g.Degraded : !g.Required))
        {
            degraded.AddRange(GateConditionPolicy.Candidates(gate.Gate, inputs)
                .Where(p => p.Verifiable && !GateHolderPolicy.IsLimited(p, gate.Gate))
                .Where(p => p.Evidence is { State: not ProviderState.NotConfigured } && !blocked.Any(b => b.Provider == p.Id))
                .Where(p => p.Evidence!.State == ProviderState.Degraded || !GateConditionPolicy.IsOpen(p, open))
                .Select(p => ForProvider(p, Severity.Degraded, inputs.Now)));
        }

        foreach (var provider in inputs.Providers.Where(p => p.Required && p.Evidence is { State: ProviderState.Degraded } && GateConditionPolicy.IsOpen(p, open)))
        {
            if (!degraded.Any(b => b.Provider == provider.Id)) degraded.Add(ForProvider(provider, Severity.Degraded, inputs.Now));
        }

        if (inputs.TelemetryLost is { } telemetry) degraded.Add(Blocker.From(telemetry, Severity.Degraded));
        if (inputs.AlertsUndelivered is { } undelivered) degraded.Add(Blocker.From(undelivered, Severity.Degraded));
        degraded.AddRange(inputs.LostRunners.Select(r => RunnerTroublePolicy.Lost(r.BotId, neverAlive: false, holding: true, r.Since)));
        return [.. blocked.OrderBy(Rank).Concat(degraded)];
    }

    /// <summary>Position of a code in the order of the contract.</summary>
    public static int Rank(Blocker blocker) => blocker.Code switch
    {
        Codes.KillSwitchEngaged => 0,
        Codes.StoreReplaced or Codes.IntegrationKeyMissing => 1,
        Codes.IntegrationNeverVerified or Codes.IntegrationVerifyFailed or Codes.IntegrationVerifyInconclusive or Codes.IntegrationVerifyStale
            or Codes.IntegrationWrongEnvironment or Codes.IntegrationLocked or Codes.IntegrationLimited or Codes.IntegrationDegraded or Codes.SecretsDisagree => 2,
        Codes.GateLeaseExpired or Codes.HostSuspended or Codes.DataUnavailable or Codes.ControlPlaneUnreachable or Codes.RunnerAlreadyHeld or Codes.LeaseFenced => 4,
        Codes.LiveNotArmed => 5,
        Codes.TierTooLow => 6,
        _ => 3,
    };

    public static Blocker Kill(KillSwitch kill, string scope, string? botId) => new(
        Codes.KillSwitchEngaged,
        Severity.Blocked,
        scope,
        null,
        null,
        botId,
        botId is null ? "The system's kill switch is engaged." : "This bot's kill switch is engaged.",
        "An operator releases the kill switch, with a reason.",
        kill.Since ?? default,
        null);

    /// <summary>A provider with a problem, described by its own first reason.</summary>
    public static Blocker ForProvider(ProviderInput provider, Severity severity, DateTimeOffset now) =>
        provider is { Evidence.State: ProviderState.Connected or ProviderState.Degraded } && provider.ValidFor <= TimeSpan.Zero
            ? new(Codes.IntegrationVerifyStale, severity, "system", provider.Gate, provider.Id, null, $"The last good verdict about {provider.Name} has run out.", $"Verify {provider.Id}.", now, provider.Evidence.EvidenceTraceId)
            : FromReasons(provider.Id, provider.Name, provider.Gate, provider.Evidence?.Reasons ?? [], provider.Evidence?.EvidenceTraceId, provider.IsGood, severity, now);

    /// <summary>The same for a condition that the gate has published.</summary>
    public static Blocker ForCondition(ProviderCondition condition, Severity severity, DateTimeOffset now) =>
        FromReasons(condition.Provider, condition.Name, GateNames.ForCategory(condition.Category), condition.Reasons, condition.EvidenceTraceId, false, severity, now);

    private static Blocker FromReasons(
        string provider, string name, string? gate, ImmutableArray<Reason> reasons, string? traceId, bool confirming, Severity severity, DateTimeOffset now)
    {
        var reason = reasons.Where(r => r.Severity >= Severity.Degraded).OrderByDescending(r => r.Severity).FirstOrDefault()
            ?? reasons.FirstOrDefault();
        if (reason is null || (confirming && severity == Severity.Blocked))
        {
            return confirming
                ? new(Codes.IntegrationNeverVerified, severity, "system", gate, provider, null, $"{name} is verified; waiting for another good evaluation.", "No action: this takes about a second.", now, traceId) { Resolution = Resolution.SelfHealing, ManualAfter = StartTime }
                : new(Codes.DataUnavailable, severity, "system", gate, provider, null, $"{name} has given no current evidence.", "No action, unless it lasts: then look at the log of the control plane.", now, traceId) { Resolution = Resolution.SelfHealing, ManualAfter = StartTime };
        }

        return Blocker.From(reason, severity, gate, provider, traceId);
    }

    /// <summary>Why a provider does not hold a gate. A verified key without the gate's capability has its own reason. It has none when policy
    /// requires more of the key than its category does.</summary>
    private static Blocker ForHolder(ProviderInput provider, string gate, DateTimeOffset now)
    {
        if (!GateHolderPolicy.IsLimited(provider, gate)) return ForProvider(provider, Severity.Blocked, now) with { Gate = gate };
        var own = provider.Evidence!.Reasons.FirstOrDefault(r => r.Code == Codes.IntegrationLimited);
        return new(
            Codes.IntegrationLimited,
            Severity.Blocked,
            "system",
            gate,
            provider.Id,
            null,
            own?.Message ?? $"The key of {provider.Name} is not known to do what this gate stands for.",
            own?.SuggestedFix ?? $"Give the key that right and verify {provider.Id}, or connect another provider for this gate.",
            own?.Since ?? now,
            provider.Evidence.EvidenceTraceId);
    }

    private static IEnumerable<Blocker> ForGate(GateFinding gate, GateInputs inputs, ImmutableHashSet<string> open)
    {
        var component = gate.Gate switch
        {
            GateNames.SupervisorLoop => Codes.SupervisorLoopInactive,
            GateNames.TimeoutWorker => Codes.TimeoutWorkerInactive,
            GateNames.RiskEngine => Codes.RiskEngineDisconnected,
            _ => null,
        };
        if (component is not null)
        {
            Blocker Inactive(string fix) => new(component, Severity.Blocked, "system", gate.Gate, null, null, gate.Message, fix, default, null);
            return gate.Gate == GateNames.RiskEngine && inputs.Policy.ExternalRiskEngine
                ? [Inactive("Start the external risk engine and let it post its heartbeat to /api/components/risk_engine/heartbeat.")]
                : [Inactive("No action for the first seconds after a start. If it lasts, look at the log of the control plane and restart it.") with { Resolution = Resolution.SelfHealing, ManualAfter = StartTime }];
        }

        var policy = inputs.Policy.For(gate.Gate);
        var candidates = GateConditionPolicy.Candidates(gate.Gate, inputs).Where(c => !GateConditionPolicy.Holds(c, gate.Gate, open)).ToImmutableArray();
        var mustHave = candidates.Where(c => policy.AllOf.Contains(c.Id)).ToImmutableArray();
        if (!mustHave.IsEmpty) return mustHave.Select(p => ForHolder(p, gate.Gate, inputs.Now));

        var configured = candidates.Where(c => c.Verifiable && c.Evidence is { State: not ProviderState.NotConfigured }).ToArray();
        if (configured.Length > 0) return configured.Select(p => ForHolder(p, gate.Gate, inputs.Now));
        if (Cheapest(candidates, inputs.Policy) is { } cheapest) return [ForHolder(cheapest, gate.Gate, inputs.Now)];
        return [new(Codes.DataUnavailable, Severity.Blocked, "system", gate.Gate, null, null, gate.Message, "Enable a provider for this gate, or narrow the policy.", default, null)];
    }

    /// <summary>The provider that needs the fewest new secrets, preferred ones first among equals.</summary>
    public static ProviderInput? Cheapest(ImmutableArray<ProviderInput> candidates, PolicyOptions policy) => EasiestFirst(candidates, policy).FirstOrDefault();

    public static IEnumerable<ProviderInput> EasiestFirst(ImmutableArray<ProviderInput> candidates, PolicyOptions policy) => candidates
        .Where(c => c.Verifiable)
        .OrderBy(c => c.Evidence is null ? int.MaxValue : c.Evidence.MissingVariables.Length)
        .ThenBy(c => policy.Preferred.IndexOf(c.Id) is var i and >= 0 ? i : int.MaxValue)
        .ThenBy(c => c.Id, StringComparer.Ordinal);
}
