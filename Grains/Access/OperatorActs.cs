using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Access;

/// <summary>Precondition of every act that loosens, checked in the grain that carries it out. The caller is an operator, and the audit log has the
/// request. What came of it follows in an entry of its own.</summary>
internal sealed partial class OperatorActs(CallerSignatures callers, IGrainFactory grains, TimeProvider time, ILogger<OperatorActs> logger)
{
    private const string Requested = "requested";
    private const string Refused = "refused";
    private const string Done = "done";

    /// <summary>How long an act waits for its entry to be on disk.</summary>
    internal static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer waits until its entry is handed over.</summary>
    internal static readonly TimeSpan HandOverLimit = TimeSpan.FromSeconds(1);

    public bool IsOperator(Caller by) => callers.IsOperator(by);

    /// <summary>Checks the caller alone, for an act that writes its request by itself. Null when the caller is an operator.</summary>
    public async Task<ActRefusal?> CheckAsync(OperatorAct act, Caller by)
    {
        if (callers.IsOperator(by)) return null;
        LogRefused(logger, act.Action, act.Target, by.TraceId);
        await HandOverAsync(Fact(OperatorAct.Of(act.Action, act.Target, ("code", Codes.Forbidden)), by, Refused));
        return new(Codes.Forbidden, "This takes an operator whom a node of this installation has authenticated within the last two minutes.");
    }

    /// <summary>Checks the caller and writes the request. Null when the act may be carried out.</summary>
    public async Task<ActRefusal?> RequestAsync(OperatorAct act, Caller by)
    {
        if (await CheckAsync(act, by) is { } refusal) return refusal;
        try
        {
            await grains.GetGrain<IAuditGrain>(0).Append(Fact(act, by, Requested)).WaitAsync(WriteLimit, time);
            return null;
        }
        catch (Exception e)
        {
            LogNotWritten(logger, act.Action, e);
            return new(Codes.DataUnavailable, "The audit log could not be written, so nothing was changed.");
        }
    }

    /// <summary>Checks, writes the request, carries the act out, and returns the outcome, also an unknown one.</summary>
    /// <param name="code">Of an answer; null when the act was done.</param>
    public async Task<T> RunAsync<T>(OperatorAct act, Caller by, Func<Task<T>> carryOut, Func<T, string?> code, Func<ActRefusal, T> refused) =>
        await RequestAsync(act, by) is { } refusal ? refused(refusal) : await SettleAsync(act, by, carryOut, code);

    /// <summary>Carries out what needs no operator, or was requested before, and hands over what came of it.</summary>
    public async Task<T> SettleAsync<T>(OperatorAct act, Caller by, Func<Task<T>> carryOut, Func<T, string?> code)
    {
        try
        {
            var answer = await carryOut();
            await HandOverAsync(Fact(act, by, code(answer) ?? Done));
            return answer;
        }
        catch
        {
            await HandOverAsync(Fact(act, by, Codes.DataUnavailable));
            throw;
        }
    }

    private async Task HandOverAsync(AuditFact fact)
    {
        try
        {
            await grains.GetGrain<IAuditGrain>(0).AppendEventually(fact).WaitAsync(HandOverLimit, time);
        }
        catch (Exception e)
        {
            LogNotWritten(logger, fact.Action, e);
        }
    }

    private AuditFact Fact(OperatorAct act, Caller by, string outcome) => new(time.GetUtcNow(), by.WithoutSignature(), act.Action, act.Target, outcome, act.Details);

    [LoggerMessage(EventIds.OperatorActRefused, LogLevel.Warning, "{Action} of {Target} was refused: its caller is no operator (trace {TraceId}).")]
    private static partial void LogRefused(ILogger logger, string action, string target, string traceId);

    [LoggerMessage(EventIds.OperatorActUnwritten, LogLevel.Error, "The audit entry of {Action} was not written.")]
    private static partial void LogNotWritten(ILogger logger, string action, Exception exception);
}
