using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.TestCalls;
using ControlPlane.Grains.Integrations.Verification;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations;

/// <summary>Test calls: the provider's own harmless call, made through the instrumented client. It counts as use and proves no key.</summary>
internal sealed partial class ProviderGrain
{
    /// <summary>How long an answer waits for the event to be on disk.</summary>
    private static readonly TimeSpan RecordLimit = TimeSpan.FromSeconds(5);
    private readonly TestCallPace _pace;
    private Task? _testCall;

    /// <summary>Timestamp until which the provider has asked to be left alone.</summary>
    private long _leaveAloneUntil;

    public async Task<TestCallReport> TestCall(Caller by)
    {
        if (_definition is null) return TestCallReport.Refused(TestCallRefusal.Unknown);
        LoadSecrets();
        if (_choice.Access is not { } access) return TestCallReport.Refused(TestCallRefusal.NotConfigured, missing: _choice.Missing);
        if (access.Verify is not { } call) return TestCallReport.Refused(TestCallRefusal.NotSupported);

        // One call at a time a provider, whoever makes it.
        while ((_testCall ?? (Task?)_inFlight?.Report) is { } running) await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (Wait(call) is { } wait) return TestCallReport.Refused(TestCallRefusal.TooSoon, Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));

        var made = MakeTestCallAsync(TargetOf(access), by.TraceId);
        _testCall = made;
        try
        {
            return await made;
        }
        finally
        {
            _testCall = null;
        }
    }

    /// <summary>How long to wait, or null. Where a call may need a login, its interval is the verify's own: logins can throw a bot out.</summary>
    private TimeSpan? Wait(VerifyDefinition call)
    {
        var until = call.Kind == VerifyKinds.Session ? Math.Max(_quietUntil, _leaveAloneUntil) : _leaveAloneUntil;
        return Remaining(until) is var left && left > TimeSpan.Zero ? left : _pace.TryTake();
    }

    private async Task<TestCallReport> MakeTestCallAsync(VerifyTarget target, string traceId)
    {
        var sentAt = _time.GetTimestamp();
        var recorded = new InstrumentedCall(Id, _services.Recorder, _time, traceId);
        VerifyVerdict? verdict = null;
        try
        {
            await recorded.MakeAsync(async () => verdict = await Task.Run(() => _services.Verifier.VerifyAsync(target, _verify.Timeout, CancellationToken.None)));
        }
        catch (Exception e)
        {
            LogVerifierFailed(_logger, Id, e);
        }

        if (verdict?.RetryAfter is { } leaveAlone) _leaveAloneUntil = Math.Max(_leaveAloneUntil, sentAt + Ticks(leaveAlone));
        if (target.Access.Verify!.Kind == VerifyKinds.Session) _quietUntil = Math.Max(_quietUntil, sentAt + Ticks(Schedule.MinInterval));
        if (recorded.Last is not { } call) return TestCallReport.Refused(TestCallRefusal.NotMade);

        var written = await IsWrittenAsync(recorded.Fate);
        LogTestCall(_logger, Id, call.Status, call.HttpStatus, written, traceId);
        return written
            ? new(TestCallRefusal.None, call.EventId, call.Status, call.HttpStatus, call.LatencyMs, null, [])
            : TestCallReport.Refused(TestCallRefusal.NotRecorded);
    }

    private async Task<bool> IsWrittenAsync(Task<bool> fate)
    {
        try
        {
            return await fate.WaitAsync(RecordLimit, _time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    [LoggerMessage(EventIds.ProviderTestCall, LogLevel.Information, "Test call to {Provider}: {Status}, HTTP {HttpStatus}, recorded {Recorded}, trace {CallTraceId}.")]
    private static partial void LogTestCall(ILogger logger, string provider, UsageStatus status, int? httpStatus, bool recorded, string callTraceId);
}
