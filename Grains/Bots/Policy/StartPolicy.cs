using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Grains.Bots.Policy;

/// <summary>What a start is denied by, and what is answered to it.</summary>
internal static class StartPolicy
{
    private const string StopTheOther = "Stop the other runner, or wait until its lease ends.";

    /// <summary>The mode by which a start is evaluated: one that only reduces needs neither LIVE nor a tier.</summary>
    public static TradingMode EvaluatedMode(RunnerStart start, TradingMode asked, TradingMode registered) => start.ReduceOnly && asked <= registered ? TradingMode.Paper : asked;

    /// <summary>Readiness for a start while another runner holds the lease, or may still believe that it does.</summary>
    public static BotReadiness WithHeldLease(BotReadiness readiness, string botId, DateTimeOffset now)
    {
        var (blockers, path) = (readiness.Blockers, readiness.PathToOk);
        return new(
            SystemStatus.Blocked,
            [
                .. blockers.Where(b => b.Severity == Severity.Blocked),
                new(Codes.RunnerAlreadyHeld, Severity.Blocked, "bot", null, null, botId, "Another runner holds this bot's lease, or may still believe that it does.", StopTheOther, now, null),
                .. blockers.Where(b => b.Severity != Severity.Blocked),
            ],
            [.. path, new(path.Length + 1, "stop_runner", null, [], StopTheOther)]);
    }

    /// <summary>Code of the first thing that denies the start.</summary>
    public static string Code(BotReadiness readiness) => readiness.Blockers.FirstOrDefault(b => b.Severity == Severity.Blocked)?.Code ?? Codes.DataUnavailable;

    /// <summary>Puts what the start was evaluated by into its answer.</summary>
    public static StartAnswer Put(StartAnswer answer, BotReadiness readiness, NodeGateReading gate)
    {
        var (trading, status) = TradingStateOf(gate);
        return answer with { Blockers = readiness.Blockers, PathToOk = readiness.PathToOk, TradingState = trading, SystemStatus = status, Gate = gate.Position };
    }

    /// <summary>The system's state for a runner: without a live gate it is halted.</summary>
    public static (TradingState Trading, SystemStatus Status) TradingStateOf(NodeGateReading gate) =>
        gate.IsLive ? (gate.Snapshot!.TradingState, gate.Snapshot.Status) : (TradingState.Halted, SystemStatus.Blocked);
}
