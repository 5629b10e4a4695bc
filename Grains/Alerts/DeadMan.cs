using ControlPlane.Grains.Integrations.Verification.Network;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Alerts;

/// <summary>Calls an address each minute while gate and outbox work: its silence is the alarm, somewhere else.</summary>
internal sealed partial class DeadMan(ProviderHttp http, AlertSettings settings, TimeProvider time, ILogger<DeadMan> logger)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);
    private long? _calledAt;
    private bool _calling;

    /// <summary>Calls when a minute is over and all is well; never waits for the answer.</summary>
    public void Tick(bool works)
    {
        if (settings.Options.DeadManUrl is not { } address || !works || _calling || (_calledAt is { } at && time.GetElapsedTime(at) < Every)) return;
        _calledAt = time.GetTimestamp();
        _ = CallAsync(address);
    }

    private async Task CallAsync(Uri address)
    {
        _calling = true;
        using var deadline = new CancellationTokenSource(s_deadline, time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var answer = await Task.Run(() => http.SendAsync(request, ExplicitLoopback.IsNamedBy(address) ? Reach.Loopback : Reach.Public, deadline.Token), CancellationToken.None).WaitAsync(s_deadline, time);
            if (!answer.IsSuccessStatusCode) LogRefused(logger, (int)answer.StatusCode);
        }
        catch (Exception e)
        {
            // Not the exception itself: the address may be a secret of its owner.
            LogFailed(logger, FaultReader.CodeOf(e, answered: false));
        }
        finally
        {
            _calling = false;
        }
    }

    [LoggerMessage(EventIds.DeadManRefused, LogLevel.Warning, "The dead man's address answered {Status}.")]
    private static partial void LogRefused(ILogger logger, int status);

    [LoggerMessage(EventIds.DeadManFailed, LogLevel.Warning, "The dead man's address was not reached: {Code}.")]
    private static partial void LogFailed(ILogger logger, string code);
}
