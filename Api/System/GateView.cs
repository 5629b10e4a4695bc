using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Api.SystemControl;

/// <summary>The decision as it may be shown: the gate's own while this node's lease runs, closed in every part once it does not.</summary>
internal sealed record GateView
{
    public required long Epoch { get; init; }
    public required long Version { get; init; }
    public required SystemStatus Status { get; init; }
    public required TradingState TradingState { get; init; }
    public required long ValidForMs { get; init; }
    public required ImmutableArray<GateCondition> Gates { get; init; }
    public required ImmutableArray<Blocker> Blockers { get; init; }
    public required ImmutableArray<PathStep> PathToOk { get; init; }

    /// <summary>Null when unknown.</summary>
    public KillSwitch? Kill { get; init; }
    public LiveTrading? Live { get; init; }

    /// <summary>Since when the decision is not known, or null while it is.</summary>
    public DateTimeOffset? LostSince { get; init; }

    /// <summary>Why the decision is not known, or null while it is.</summary>
    public string? LostCode { get; init; }

    public static GateView Of(GateSnapshot snapshot, long validForMs, DateTimeOffset now)
    {
        var validUntil = now.AddMilliseconds(validForMs);
        return new GateView
        {
            Epoch = snapshot.Epoch,
            Version = snapshot.Version,
            Status = snapshot.Status,
            TradingState = snapshot.TradingState,
            ValidForMs = validForMs,
            Gates = [.. GateNames.All.Select(name => Find(snapshot, name) is { } gate ? Renewed(gate, validUntil) : Unknown(name, [], now, required: true, "NotReported", "The gate was not reported."))],
            Blockers = snapshot.Blockers,
            PathToOk = snapshot.PathToOk,
            Kill = snapshot.Kill,
            Live = snapshot.Live,
        };
    }

    public static GateView Closed(NodeGateReading reading, DateTimeOffset startedAt, bool unreachable)
    {
        var since = reading.HeardAt ?? startedAt;
        var (code, message, fix) = reading.Suspended is { } slept
            ? (slept.Code, slept.Message, slept.SuggestedFix!)
            : unreachable
            ? (Codes.ControlPlaneUnreachable, "The cluster did not answer this node.", "Look whether the silos run and can be reached from here.")
            : reading.Refusal != GateRefusal.None
            ? (Codes.GateLeaseExpired, $"The gate does not take this node: it runs another {(reading.Refusal == GateRefusal.OtherVersion ? "version" : "configuration")} than the gate's silo.", "Give every host the same build and the same settings. It opens by itself when they agree.")
            : (Codes.GateLeaseExpired, "This node has no valid gate lease: it has not heard from the gate in time.", "It renews by itself within seconds. If it stays so, look at the store and the silos.");
        return new GateView
        {
            Epoch = reading.Snapshot?.Epoch ?? 0,
            Version = reading.Snapshot?.Version ?? 0,
            Status = SystemStatus.Blocked,
            TradingState = TradingState.Halted,
            ValidForMs = 0,
            Gates = [.. GateNames.All.Select(name => Lost(reading.Snapshot, name, since))],
            Blockers = [new Blocker(code, Severity.Blocked, "system", null, null, null, message, fix, since, null)],
            PathToOk = [new PathStep(1, "inspect", null, [], fix)],
            LostSince = since,
            LostCode = code,
        };
    }

    /// <summary>The decision that stood at a past moment; closed in every part when no gate held a lease then.</summary>
    public static GateView Past(PastDecision past)
    {
        if (past.Stood)
        {
            // The history does not record until when it was valid.
            var view = Of(past.Decision, validForMs: 0, default);
            return view with { Gates = [.. view.Gates.Select(gate => gate with { ValidUntil = default })] };
        }

        const string message = "No gate held a lease at this moment: the control plane was not running, or did not reach its store.";
        return Closed(new NodeGateReading(past.Decision, default, 0, past.Since), past.Since, unreachable: false) with
        {
            Gates = [.. GateNames.All.Select(name => Lost(past.Decision, name, past.Since) with { Reason = "GateNotRunning", Message = message })],
            Blockers = [new Blocker(Codes.GateLeaseExpired, Severity.Blocked, "system", null, null, null, message, "Look at the transitions around this moment.", past.Since, null)],
            PathToOk = [],
        };
    }

    private static GateCondition Lost(GateSnapshot? last, string name, DateTimeOffset since)
    {
        var known = last is null ? null : Find(last, name);
        return Unknown(name, known?.Providers ?? [], since, known?.Required ?? true, "GateLeaseExpired", "This node does not know the gate's condition.");
    }

    private static GateCondition? Find(GateSnapshot snapshot, string name) => snapshot.Gates.FirstOrDefault(gate => gate.Gate == name);

    private static GateCondition Unknown(string name, ImmutableArray<string> providers, DateTimeOffset since, bool required, string reason, string message) =>
        new(name, GateStatus.Unknown, Degraded: false, reason, message, since, default, default, providers, required);

    // The lease says that the gate stands by its decision, also when nothing in it has changed since.
    private static GateCondition Renewed(GateCondition gate, DateTimeOffset validUntil) =>
        gate.ValidUntil >= validUntil ? gate : gate with { ValidUntil = validUntil };
}
