using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Bots;

/// <summary>Starts and heartbeats as the contract writes them.</summary>
internal static class RunnerMapping
{
    /// <param name="token">Opens the gateway under this lease.</param>
    public static StartGranted ToGranted(StartAnswer answer, LeaseTerms lease, string? token, string traceId) => new(
        Granted: true,
        answer.Epoch,
        ToContract(lease) with { Token = token },
        answer.TradingState.Known(),
        answer.SystemStatus.Known(),
        answer.Gate.Epoch,
        answer.Gate.Version,
        traceId) { ReduceOnly = answer.ReduceOnly };

    /// <summary>The problem of a refused start: denied (409), unknown bot (404), too many starts (429), or not decided (503).</summary>
    public static ProblemResult ToDenied(StartAnswer answer)
    {
        var code = answer.Code ?? answer.Blockers.Select(blocker => blocker.Code).FirstOrDefault() ?? Codes.DataUnavailable;
        var problem = code == Codes.UnknownBot ? Problems.UnknownBot() : Problems.Refused(code, Detail(answer, code), Fix(answer));
        return new ProblemResult(new StartDeniedProblem
        {
            Title = problem.Title,
            Status = problem.Status,
            Code = problem.Code,
            Detail = problem.Detail,
            SuggestedFix = problem.SuggestedFix,
            Granted = false,
            Blockers = answer.Blockers.ToContract(),
            PathToOk = answer.PathToOk.ToContract(),
            TradingState = answer.TradingState.Known(),
            SystemStatus = answer.SystemStatus.Known(),
            GateEpoch = answer.Gate.Epoch,
            GateVersion = answer.Gate.Version,
        }, answer.RetryAfterSeconds);
    }

    public static HeartbeatBody ToHeartbeat(HeartbeatAnswer answer, LeaseTerms lease, long epoch, string traceId) => new(
        answer.Directive.Known(),
        epoch,
        ToContract(lease),
        answer.TradingState.Known(),
        answer.SystemStatus.Known(),
        answer.Gate.Epoch,
        answer.Gate.Version,
        traceId) { Exits = answer.Exits };

    public static Problem ToFenced(HeartbeatAnswer answer, string code)
    {
        if (code == Codes.UnknownBot) return Problems.UnknownBot();
        var problem = Problems.Refused(code, answer.Message, code == Codes.LeaseFenced ? "Stop this runner. A new start gets a new epoch." : null);
        return new LeaseFencedProblem
        {
            Title = problem.Title,
            Status = problem.Status,
            Code = problem.Code,
            Detail = problem.Detail,
            SuggestedFix = problem.SuggestedFix,
            Directive = Directive.Halt,
            TradingState = answer.TradingState.Known(),
            SystemStatus = answer.SystemStatus.Known(),
            GateEpoch = answer.Gate.Epoch,
            GateVersion = answer.Gate.Version,
        };
    }

    private static LeaseRow ToContract(LeaseTerms lease) => new(lease.TtlMs, lease.RenewEveryMs, lease.StopByMs);

    private static string Detail(StartAnswer answer, string code) =>
        First(answer, code)?.Message ?? "The start could not be decided.";

    private static string? Fix(StartAnswer answer) => answer.PathToOk.Select(step => step.Text).FirstOrDefault();

    private static Blocker? First(StartAnswer answer, string code) => answer.Blockers.FirstOrDefault(blocker => blocker.Code == code);
}
