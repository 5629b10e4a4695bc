using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Supervision;

/// <summary>A loop that proves itself by finished cycles: only a cycle that did its whole work grows the sequence,
/// and a cycle that hangs lets the proof run out.</summary>
internal sealed partial class ProgressLoop(
    string component,
    Func<CancellationToken, Task<CycleOutcome>> cycle,
    IGrainFactory grains,
    TimeProvider time,
    ILogger logger)
{
    private readonly string _instance = Guid.NewGuid().ToString("N");
    private bool _running;
    private bool _again;

    /// <summary>Number of the last finished cycle, 0 before the first.</summary>
    public long Cycle { get; private set; }

    /// <summary>Runs one cycle, unless the one before is still at it.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        if (_running) return;
        _running = true;
        do
        {
            _again = false;
            await RunAsync(cancellationToken);
        }
        while (_again && !cancellationToken.IsCancellationRequested);
        _running = false;
    }

    /// <summary>Runs one cycle now. If one is under way, another follows: the gate that its report goes to may be gone.</summary>
    public Task RunNowAsync()
    {
        _again = true;
        return TickAsync(CancellationToken.None);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        try
        {
            var outcome = await cycle(cancellationToken);
            Cycle++;
            await grains.GetGrain<ISystemGateGrain>(0).ReportProgress(new(component, _instance, Cycle, outcome.Healthy, outcome.Message, External: false));
        }
        catch (Exception e)
        {
            LogCycleFailed(logger, component, Cycle + 1, e.GetType().Name, (long)time.GetElapsedTime(startedAt).TotalMilliseconds);
        }
    }

    [LoggerMessage(1401, LogLevel.Warning, "Cycle {Cycle} of {Component} failed ({ExceptionType}) after {ElapsedMs} ms; it proves nothing.")]
    private static partial void LogCycleFailed(ILogger logger, string component, long cycle, string exceptionType, long elapsedMs);
}

/// <summary>What a finished cycle found.</summary>
internal sealed record CycleOutcome(bool Healthy, string Message);
