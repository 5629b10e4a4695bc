using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Components;

/// <summary>A loop that proves progress by finished cycles. Only a complete cycle grows the sequence. When a cycle hangs, the evidence
/// expires.</summary>
internal sealed partial class ProgressLoop(
    string component,
    Func<CancellationToken, Task<CycleOutcome>> cycle,
    IGrainFactory grains,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>Cycles within which every provider has had its turn; those that are configured here have one in each.</summary>
    public const int AllWithin = 5;

    private readonly string _instance = Guid.NewGuid().ToString("N");
    private bool _running;
    private bool _again;
    private CycleOutcome? _last;
    private long _lastFinishedAt;

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

    /// <summary>Reports the last finished cycle again, for a gate that may not have it, and runs one now. If one is under way, another
    /// follows: the gate that its report goes to may be gone.</summary>
    public async Task RunNowAsync()
    {
        _again = true;
        await Task.WhenAll(ReportLastAsync(), TickAsync(CancellationToken.None));
    }

    private async Task ReportLastAsync()
    {
        if (_last is not { } outcome) return;
        try
        {
            await ReportAsync(outcome);
        }
        catch (Exception e)
        {
            LogNotReported(logger, component, e);
        }
    }

    private Task ReportAsync(CycleOutcome outcome) => grains.GetGrain<ISystemGateGrain>(0).ReportProgress(
        new(component, _instance, Cycle, outcome.Healthy, outcome.Message, External: false, (long)time.GetElapsedTime(_lastFinishedAt).TotalMilliseconds));

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        try
        {
            var outcome = await cycle(cancellationToken);
            Cycle++;
            (_last, _lastFinishedAt) = (outcome, time.GetTimestamp());
            await ReportAsync(outcome);
        }
        catch (Exception e)
        {
            LogCycleFailed(logger, component, Cycle + 1, e, (long)time.GetElapsedTime(startedAt).TotalMilliseconds);
        }
    }

    [LoggerMessage(EventIds.ProgressLoopCycleFailed, LogLevel.Warning, "Cycle {Cycle} of {Component} failed after {ElapsedMs} ms. It is not reported to the gate.")]
    private static partial void LogCycleFailed(ILogger logger, string component, long cycle, Exception exception, long elapsedMs);

    [LoggerMessage(EventIds.ProgressLoopNotReported, LogLevel.Warning, "Reporting the last cycle of {Component} to the gate failed.")]
    private static partial void LogNotReported(ILogger logger, string component, Exception exception);
}

/// <summary>What a finished cycle found.</summary>
internal sealed record CycleOutcome(bool Healthy, string Message);
