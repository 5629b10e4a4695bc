using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Integrations.Verification;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>Verifying: one call in flight, a minimum interval between two, a deadline, and a record of each.</summary>
internal sealed partial class ProviderVerify(
    ProviderContext context,
    LoadedSecrets secrets,
    KeyVerdict key,
    VerifyTiming timing,
    VerifyAtStart atStart,
    VerifyHistory history,
    CallsInFlight calls,
    Func<ProviderEvaluation> evaluate)
{
    public async Task<VerifyAnswer> VerifyAsync(Caller by)
    {
        key.LoadSecrets();
        var choice = secrets.Choice;
        if (choice.Access is null) return new(VerifyRefusal.NotConfigured, null, choice.Missing);
        if (choice.Access.Verify is null) return new(VerifyRefusal.NotSupported, null, []);
        while (calls.TestCall is { } call) await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (calls.Verify is { } running) return new(VerifyRefusal.None, await running.Report, []);
        if (key.LastReport is { } last && timing.Quiet is var quiet && quiet > TimeSpan.Zero)
        {
            return new(VerifyRefusal.None, last with { State = evaluate().State, Cached = true, RetryAfterSeconds = (int)Math.Ceiling(quiet.TotalSeconds) }, []);
        }

        return new(VerifyRefusal.None, await Start(by.Role == "system" ? by.Name : by.Role, by.TraceId), []);
    }

    /// <summary>Starts a verify when one is due, and does not wait for it.</summary>
    public async Task VerifyIfDueAsync()
    {
        key.LoadSecrets();
        evaluate();
        if (secrets.Choice.Access?.Verify is null || calls.Any is not null) return;
        string? by;
        if (timing.Next == NextVerify.AtStart)
        {
            if (!await atStart.MayVerifyAsync(key.Schedule) || calls.Verify is not null) return;
            by = "startup";
        }
        else
        {
            by = timing.Due(() => context.Services.Verifier.LogsIn(secrets.Target(secrets.Choice.Access!)));
        }

        if (by is not null) _ = Start(by, ActivityTraceId.CreateRandom().ToHexString());
    }

    /// <summary>Ends a verify that has run past its deadline.</summary>
    public bool EndHung()
    {
        var time = context.Time;
        if (calls.Verify is not { } running || time.GetElapsedTime(running.StartedAt) < context.Verify.Timeout + TimeSpan.FromSeconds(1)) return false;
        LogHung(context.Logger, context.Id);
        running.Ended.TrySetResult(new(
            VerifyStatus.Inconclusive,
            null,
            (int)time.GetElapsedTime(running.StartedAt).TotalMilliseconds,
            "timeout",
            $"{context.Definition.Name} did not answer in time.",
            $"Verify {context.Id} again.",
            null,
            []));
        return true;
    }

    private Task<VerifyReport> Start(string by, string traceId)
    {
        var ended = new TaskCompletionSource<VerifyVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancel = new CancellationTokenSource();
        var report = RunAsync(by, traceId, ended, cancel, context.Time.GetTimestamp());
        if (!report.IsCompleted) calls.Verify = new(report, ended, context.Time.GetTimestamp());
        return report;
    }

    private async Task<VerifyReport> RunAsync(string by, string traceId, TaskCompletionSource<VerifyVerdict> ended, CancellationTokenSource cancel, long sentAt)
    {
        try
        {
            using var span = IntegrationMetrics.StartVerify(context.Id);
            var startedAt = context.Time.GetUtcNow();
            var basis = key.Basis;
            timing.Started();
            var access = secrets.Choice.Access!;
            var verdict = await await Task.WhenAny(AskAsync(secrets.Target(access), cancel.Token), ended.Task);

            // Of the way that was verified: its keys may have been removed meanwhile.
            var report = Report(access, verdict, startedAt, traceId);
            key.TakeOver(verdict, report, basis, sentAt);
            history.Made(new LastVerify(startedAt, verdict.Status, traceId));
            var state = evaluate().State;
            context.Notices.Changed();
            if (verdict.ClockSkewSeconds is { } skew) IntegrationMetrics.ClockSkew(context.Id, skew);
            IntegrationMetrics.Verified(context.Id, verdict.Status, context.Time.GetElapsedTime(sentAt));
            LogVerified(context.Logger, context.Id, verdict.Status, verdict.ErrorCode ?? "none", verdict.LatencyMs ?? 0, traceId);
            await history.RecordAsync(new VerificationRecord(context.Id, startedAt, verdict.Status, verdict.HttpStatus, verdict.LatencyMs, verdict.ErrorCode, traceId, by));
            return report with { State = state };
        }
        finally
        {
            calls.Verify = null;
            await cancel.CancelAsync();
            cancel.Dispose();
        }
    }

    private async Task<VerifyVerdict> AskAsync(VerifyTarget target, CancellationToken cancellationToken)
    {
        try
        {
            // Off the grain's scheduler: a slow provider must not delay the grain's other answers.
            return await Task.Run(() => context.Services.Verifier.VerifyAsync(target, context.Verify.Timeout, cancellationToken), cancellationToken);
        }
        catch (Exception e)
        {
            LogVerifierFailed(context.Logger, context.Id, e);
            return new(VerifyStatus.Inconclusive, null, null, "verifier_failed", $"{context.Definition.Name} could not be asked.", "Look at the log of the control plane.", null, []);
        }
    }

    private VerifyReport Report(AccessDefinition access, VerifyVerdict verdict, DateTimeOffset at, string traceId) => new()
    {
        Provider = context.Id,
        Status = verdict.Status,
        HttpStatus = verdict.HttpStatus,
        LatencyMs = verdict.LatencyMs,
        ErrorCode = verdict.ErrorCode,
        Message = verdict.Message,
        SuggestedFix = verdict.SuggestedFix,
        Steps = [new VerifyStep("env", StepResult.Passed, $"{string.Join(", ", access.Requires)} present."), .. verdict.Steps],
        VerifiedAt = at,
        RetryAfterSeconds = verdict.RetryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null,
        TraceId = traceId,
        Capabilities = KeyRightsPolicy.Counted(verdict.Findings, context.Settings.AcceptUnknown),
        Environment = verdict.Environment,
        Host = verdict.Host,
        ClockSkewSeconds = verdict.ClockSkewSeconds,
        ExpiresAt = verdict.ExpiresAt,
    };

    [LoggerMessage(EventIds.ProviderVerified, LogLevel.Information, "Verified {Provider}: {Status} ({Code}) in {LatencyMs} ms, trace {VerifyTraceId}.")]
    private static partial void LogVerified(ILogger logger, string provider, VerifyStatus status, string code, int latencyMs, string verifyTraceId);

    [LoggerMessage(EventIds.ProviderHung, LogLevel.Warning, "The verify of {Provider} ran past its deadline and was ended.")]
    private static partial void LogHung(ILogger logger, string provider);

    [LoggerMessage(EventIds.ProviderVerifierFailed, LogLevel.Error, "The verifier of {Provider} failed.")]
    internal static partial void LogVerifierFailed(ILogger logger, string provider, Exception exception);
}
