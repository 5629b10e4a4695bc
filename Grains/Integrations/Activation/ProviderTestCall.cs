using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.TestCalls;
using ControlPlane.Grains.Integrations.Verification;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>Test calls: the provider's own harmless call, made through the instrumented client. It counts as use and proves no key.</summary>
internal sealed partial class ProviderTestCall(ProviderContext context, LoadedSecrets secrets, KeyVerdict key, VerifyTiming timing, CallsInFlight calls)
{
    /// <summary>How long an answer waits for the event to be on disk.</summary>
    private static readonly TimeSpan s_recordLimit = TimeSpan.FromSeconds(5);
    private readonly TestCallPace _pace = new(context.Time);

    public async Task<TestCallReport> MakeAsync(Caller by)
    {
        key.LoadSecrets();
        var choice = secrets.Choice;
        if (choice.Access is not { } access) return TestCallReport.Refused(TestCallRefusal.NotConfigured, missing: choice.Missing);
        if (access.Verify is not { } call) return TestCallReport.Refused(TestCallRefusal.NotSupported);

        // One call at a time per provider, for all callers.
        while (calls.Any is { } running) await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var left = timing.TestCallWait(IsSession(call));
        if ((left > TimeSpan.Zero ? left : _pace.TryTake()) is { } wait) return TestCallReport.Refused(TestCallRefusal.TooSoon, Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));

        var made = CallAsync(secrets.Target(access), by.TraceId);
        calls.TestCall = made;
        try
        {
            return await made;
        }
        finally
        {
            calls.TestCall = null;
        }
    }

    private static bool IsSession(VerifyDefinition call) => call.Kind == VerifyKinds.Session;

    private async Task<TestCallReport> CallAsync(VerifyTarget target, string traceId)
    {
        var sentAt = context.Time.GetTimestamp();
        var recorded = new InstrumentedCall(context.Id, context.Services.Recorder, context.Time, traceId);
        VerifyVerdict? verdict = null;
        try
        {
            await recorded.MakeAsync(async () => verdict = await Task.Run(() => context.Services.Verifier.VerifyAsync(target, context.Verify.Timeout, CancellationToken.None)));
        }
        catch (Exception e)
        {
            ProviderVerify.LogVerifierFailed(context.Logger, context.Id, e);
        }

        timing.TestCallMade(sentAt, verdict?.RetryAfter, IsSession(target.Access.Verify!) ? key.Schedule.MinInterval : null);
        if (recorded.Last is not { } call) return TestCallReport.Refused(TestCallRefusal.NotMade);

        var written = await IsWrittenAsync(recorded.Fate);
        LogTestCall(context.Logger, context.Id, call.Status, call.HttpStatus, written, traceId);
        return written
            ? new(TestCallRefusal.None, call.EventId, call.Status, call.HttpStatus, call.LatencyMs, null, [])
            : TestCallReport.Refused(TestCallRefusal.NotRecorded);
    }

    private async Task<bool> IsWrittenAsync(Task<bool> fate)
    {
        try
        {
            return await fate.WaitAsync(s_recordLimit, context.Time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    [LoggerMessage(EventIds.ProviderTestCall, LogLevel.Information, "Test call to {Provider}: {Status}, HTTP {HttpStatus}, recorded {Recorded}, trace {CallTraceId}.")]
    private static partial void LogTestCall(ILogger logger, string provider, UsageStatus status, int? httpStatus, bool recorded, string callTraceId);
}
