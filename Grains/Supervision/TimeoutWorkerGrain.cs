using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Components;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Integrations;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Supervision;

/// <summary>Ends starts that never came alive, and verifies that hang.</summary>
internal sealed class TimeoutWorkerGrain : Grain, ITimeoutWorkerGrain
{
    private readonly IProviderPriority _seats;
    private readonly ProgressLoop _loop;

    public TimeoutWorkerGrain(IProviderPriority seats, TimeProvider time, ILogger<TimeoutWorkerGrain> logger, IGrainFactory grains)
    {
        _seats = seats;
        _loop = new(ComponentNames.TimeoutWorker, CycleAsync, grains, time, logger);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(_loop.TickAsync, new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromSeconds(1)) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task<long> EnsureRunning() => Task.FromResult(_loop.Cycle);

    public Task RunNow() => _loop.RunNowAsync();

    private async Task<CycleOutcome> CycleAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(ExpiredLeases.EndAsync(GrainFactory, starts: true), Task.WhenAll(_seats.Part(_loop.Cycle, ProgressLoop.AllWithin).Select(s => GrainFactory.GetGrain<IProviderGrain>(s.Id).EndHungVerify())));
        return new(true, "Starts and verifies watched.");
    }
}
