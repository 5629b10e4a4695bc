using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Audit;

/// <summary>Writes who did what. What loosens is written first and does not happen otherwise; all else is written after and never held up.</summary>
internal sealed partial class AuditTrail(IGrainFactory grains, TimeProvider time, ILogger<AuditTrail> logger)
{
    /// <summary>How long a loosening waits for its entry to be on disk.</summary>
    internal static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer waits until its entry is handed over.</summary>
    internal static readonly TimeSpan HandOverLimit = TimeSpan.FromSeconds(1);

    /// <summary>Refusals on their way to the log at a time. The log folds equal ones; what is over this while it does not answer is not recorded.</summary>
    private const int MaxHandingOver = 256;
    private int _handingOver;

    /// <summary>Writes that the request is about to loosen something. Returns the problem when it could not be written: then nothing may happen.</summary>
    public async Task<Problem?> RequestedAsync(HttpContext context, params (string Name, string? Value)[] details)
    {
        try
        {
            await grains.Audit().Append(Fact(context, AuditOutcomes.Requested, details)).WaitAsync(WriteLimit, time);
            return null;
        }
        catch (Exception exception)
        {
            LogNotWritten(logger, Action(context).Name, exception);
            return Problems.DataUnavailable("The audit log could not be written, so nothing was changed.");
        }
    }

    /// <summary>Hands over what came of the request. Never fails.</summary>
    public Task NoteAsync(HttpContext context, string outcome, params (string Name, string? Value)[] details) =>
        HandOver(Fact(context, outcome, details));

    /// <summary>Acts, and returns the outcome, also an unknown one.</summary>
    /// <param name="outcome"><c>done</c>, <c>refused</c> or a code.</param>
    public async Task<T> SettleAsync<T>(HttpContext context, Func<Task<T>> act, Func<T, string> outcome, params (string Name, string? Value)[] details)
    {
        try
        {
            var answer = await act();
            await NoteAsync(context, outcome(answer), details);
            return answer;
        }
        catch (Exception exception)
        {
            await NoteAsync(context, Failures.ToProblem(exception).Code, details);
            throw;
        }
    }

    /// <summary>Hands over what came of an act that waits for no log. Never fails.</summary>
    public void NoteLater(HttpContext context, string outcome, params (string Name, string? Value)[] details) => _ = HandOver(Fact(context, outcome, details));

    /// <summary>Hands over that a caller's role was too low, when the endpoint is a write. Nobody waits for it. Never fails.</summary>
    public void RefusedByRole(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AuditedAction>() is null) return;
        if (Interlocked.Increment(ref _handingOver) <= MaxHandingOver) _ = HandOverRefusalAsync(Fact(context, AuditOutcomes.Refused, [("code", Codes.Forbidden)]));
        else Interlocked.Decrement(ref _handingOver);
    }

    private async Task HandOverRefusalAsync(AuditFact fact)
    {
        await HandOver(fact);
        Interlocked.Decrement(ref _handingOver);
    }

    /// <summary>Hands over a sign-in or sign-out. Never fails.</summary>
    public Task NoteSessionAsync(HttpContext context, string role, string action, string outcome) => HandOver(new AuditFact(
        time.GetUtcNow(), new Caller(role, role, context.TraceId()), action, "session", outcome, ImmutableSortedDictionary<string, string>.Empty));

    private async Task HandOver(AuditFact fact)
    {
        try
        {
            await grains.Audit().AppendEventually(fact).WaitAsync(HandOverLimit, time);
        }
        catch (Exception exception)
        {
            LogNotWritten(logger, fact.Action, exception);
        }
    }

    private AuditFact Fact(HttpContext context, string outcome, (string Name, string? Value)[] details)
    {
        var action = Action(context);
        var kept = details
            .Where(detail => detail.Value is not null)
            .ToImmutableSortedDictionary(detail => detail.Name, detail => detail.Value!, StringComparer.Ordinal);
        return new AuditFact(time.GetUtcNow(), context.Caller().WithoutSignature(), action.Name, action.Target(context), outcome, kept);
    }

    private static AuditedAction Action(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<AuditedAction>()
        ?? throw new InvalidOperationException("The endpoint does not say what the audit log calls it.");

    [LoggerMessage(EventId = EventIds.AuditTrailNotWritten, Level = LogLevel.Error, Message = "The audit entry of {Action} was not written.")]
    private static partial void LogNotWritten(ILogger logger, string action, Exception exception);
}
