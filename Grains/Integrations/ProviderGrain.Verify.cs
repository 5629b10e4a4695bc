using System.Collections.Immutable;
using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Integrations.Verification;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations;

/// <summary>Verifying: one call in flight, a minimum interval between two, a deadline, and a record of each.</summary>
internal sealed partial class ProviderGrain
{
    private VerdictRecord _verdict = VerdictRecord.None;
    private VerifyReport? _lastReport;
    private LastVerify? _lastVerify;
    private DateTimeOffset? _historyLostSince;
    private InFlight? _inFlight;

    private sealed record InFlight(Task<VerifyReport> Report, TaskCompletionSource<VerifyVerdict> Ended, CancellationTokenSource Cancel, long StartedAt);

    public async Task<VerifyAnswer> Verify(Caller by)
    {
        if (_definition is null) return new(VerifyRefusal.Unknown, null, []);
        LoadSecrets();
        if (_choice.Access is null) return new(VerifyRefusal.NotConfigured, null, _choice.Missing);
        if (_choice.Access.Verify is null) return new(VerifyRefusal.NotSupported, null, []);
        while (_testCall is { } call) await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_inFlight is { } running) return new(VerifyRefusal.None, await running.Report, []);
        if (_lastReport is { } last && Remaining(_quietUntil) is var quiet && quiet > TimeSpan.Zero)
        {
            return new(VerifyRefusal.None, last with { State = Evaluate().State, Cached = true, RetryAfterSeconds = (int)Math.Ceiling(quiet.TotalSeconds) }, []);
        }

        return new(VerifyRefusal.None, await Start(by.Role == "system" ? by.Name : by.Role, by.TraceId), []);
    }

    public Task<bool> EndHungVerify()
    {
        if (_inFlight is not { } running || _time.GetElapsedTime(running.StartedAt) < _verify.Timeout + TimeSpan.FromSeconds(1)) return Task.FromResult(false);
        LogHung(_logger, Id);
        running.Ended.TrySetResult(new(
            VerifyStatus.Inconclusive, null, (int)_time.GetElapsedTime(running.StartedAt).TotalMilliseconds, "timeout", $"{_definition!.Name} did not answer in time.", $"Verify {Id} again.", null, []));
        return Task.FromResult(true);
    }

    private Task<VerifyReport> Start(string by, string traceId)
    {
        var ended = new TaskCompletionSource<VerifyVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancel = new CancellationTokenSource();
        var report = RunAsync(by, traceId, ended, cancel, _time.GetTimestamp());
        if (!report.IsCompleted) _inFlight = new(report, ended, cancel, _time.GetTimestamp());
        return report;
    }

    private async Task<VerifyReport> RunAsync(string by, string traceId, TaskCompletionSource<VerifyVerdict> ended, CancellationTokenSource cancel, long sentAt)
    {
        try
        {
            using var span = IntegrationMetrics.StartVerify(Id);
            var startedAt = _time.GetUtcNow();
            var (fingerprint, suspensions) = (_fingerprint, _suspensionsTaken);
            _nextVerify = NextVerify.OnRequest;
            var target = Target();
            var verdict = await await Task.WhenAny(AskAsync(target, cancel.Token), ended.Task);

            var report = Report(verdict, startedAt, traceId);
            // Asked with other secrets, or before the host slept: it proves nothing of now.
            TakeSuspension();
            if (fingerprint.AsSpan().SequenceEqual(_fingerprint) && suspensions == _suspensionsTaken) TakeOver(verdict, report, sentAt);
            _lastVerify = new LastVerify(startedAt, verdict.Status, traceId);
            _historyLostSince = null;
            var state = Evaluate().State;
            _sequence++;
            TellGate();
            if (verdict.ClockSkewSeconds is { } skew) IntegrationMetrics.ClockSkew(Id, skew);
            IntegrationMetrics.Verified(Id, verdict.Status, _time.GetElapsedTime(sentAt));
            LogVerified(_logger, Id, verdict.Status, verdict.ErrorCode ?? "none", verdict.LatencyMs ?? 0, traceId);
            await RecordAsync(new VerificationRecord(Id, startedAt, verdict.Status, verdict.HttpStatus, verdict.LatencyMs, verdict.ErrorCode, traceId, by));
            return report with { State = state };
        }
        finally
        {
            _inFlight = null;
            await cancel.CancelAsync();
            cancel.Dispose();
        }
    }

    private VerifyTarget Target() => TargetOf(_choice.Access!);

    private VerifyTarget TargetOf(AccessDefinition access) =>
        new(_definition!, access, _values, _settings.BaseUrl) { Network = _services.Network, CertificateSha256 = _settings.Certificate };

    private async Task<VerifyVerdict> AskAsync(VerifyTarget target, CancellationToken cancellationToken)
    {
        try
        {
            // Off this grain's scheduler: a slow provider must not hold up the grain's other answers.
            return await Task.Run(() => _services.Verifier.VerifyAsync(target, _verify.Timeout, cancellationToken), cancellationToken);
        }
        catch (Exception e)
        {
            LogVerifierFailed(_logger, Id, e);
            return new(VerifyStatus.Inconclusive, null, null, "verifier_failed", $"{_definition!.Name} could not be asked.", "Look at the log of the control plane.", null, []);
        }
    }

    private void TakeOver(VerifyVerdict verdict, VerifyReport report, long sentAt)
    {
        _verdict = _verdict.After(verdict, sentAt, report.VerifiedAt, report.TraceId);
        _lastReport = report;
        var schedule = Schedule;
        if (verdict.RetryAfter is { } leaveAlone) _leaveAloneUntil = sentAt + Ticks(leaveAlone);
        var quiet = verdict.RetryAfter > schedule.MinInterval ? verdict.RetryAfter.Value : schedule.MinInterval;
        _quietUntil = sentAt + Ticks(quiet);
        if (schedule.Next(_verdict, verdict.RetryAfter, Random.Shared.NextDouble()) is { } next)
        {
            _dueAt = sentAt + Ticks(next);
            _scheduledAt = _dueAt;
            _dueBy = Scheduled;
            _dueWallClock = report.VerifiedAt + next;
            _nextVerify = NextVerify.AtDueTime;
        }
    }

    private VerifyReport Report(VerifyVerdict verdict, DateTimeOffset at, string traceId) => new()
    {
        Provider = Id,
        Status = verdict.Status,
        HttpStatus = verdict.HttpStatus,
        LatencyMs = verdict.LatencyMs,
        ErrorCode = verdict.ErrorCode,
        Message = verdict.Message,
        SuggestedFix = verdict.SuggestedFix,
        Steps = [new VerifyStep("env", StepResult.Passed, $"{string.Join(", ", _choice.Access!.Requires)} present."), .. verdict.Steps],
        VerifiedAt = at,
        RetryAfterSeconds = verdict.RetryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null,
        TraceId = traceId,
        Capabilities = KeyRightsPolicy.Counted(verdict.Findings, _settings.AcceptUnknown),
        Environment = verdict.Environment,
        Host = verdict.Host,
        ClockSkewSeconds = verdict.ClockSkewSeconds,
        ExpiresAt = verdict.ExpiresAt,
    };

    private async Task LoadLastVerifyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var page = await _services.Verifications.PageAsync(Id, 1, null, cancellationToken);

            // A verify of this process may have ended meanwhile, before its row was there.
            if (page.Items is [var last, ..] && !(_lastVerify?.At >= last.At)) _lastVerify = new LastVerify(last.At, last.Status, last.TraceId);
            _historyLostSince = null;
        }
        catch (Exception e)
        {
            _historyLostSince ??= _time.GetUtcNow();
            LogHistoryUnreadable(_logger, Id, e);
        }
    }

    private async Task RecordAsync(VerificationRecord record)
    {
        try
        {
            await _services.Verifications.AppendAsync(record, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The verdict stands; only its row in the history is missing.
            LogNotRecorded(_logger, Id, e);
        }
    }

    [LoggerMessage(EventIds.ProviderVerified, LogLevel.Information, "Verified {Provider}: {Status} ({Code}) in {LatencyMs} ms, trace {VerifyTraceId}.")]
    private static partial void LogVerified(ILogger logger, string provider, VerifyStatus status, string code, int latencyMs, string verifyTraceId);

    [LoggerMessage(EventIds.ProviderHung, LogLevel.Warning, "The verify of {Provider} ran past its deadline and was ended.")]
    private static partial void LogHung(ILogger logger, string provider);

    [LoggerMessage(EventIds.ProviderVerifierFailed, LogLevel.Error, "The verifier of {Provider} failed.")]
    private static partial void LogVerifierFailed(ILogger logger, string provider, Exception exception);

    [LoggerMessage(EventIds.ProviderNotRecorded, LogLevel.Warning, "A verify of {Provider} could not be recorded.")]
    private static partial void LogNotRecorded(ILogger logger, string provider, Exception exception);

    [LoggerMessage(EventIds.ProviderHistoryUnreadable, LogLevel.Warning, "The verification history of {Provider} could not be read.")]
    private static partial void LogHistoryUnreadable(ILogger logger, string provider, Exception exception);
}
