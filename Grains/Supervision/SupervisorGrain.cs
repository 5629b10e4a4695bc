using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Gates.Components;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Integrations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Supervision;

/// <summary>Finds runners whose lease ran out, and has verified again what goes stale.</summary>
internal sealed class SupervisorGrain : Grain, ISupervisorGrain
{
    /// <summary>Cycles, which are a second apart.</summary>
    private const int ReassertEvery = 5;
    private readonly IProviderPriority _seats;
    private readonly ProgressLoop _loop;

    private readonly AutonomyRounds _rounds;
    private readonly TimeSpan _evaluateEvery;

    public SupervisorGrain(IProviderPriority seats, AutonomyRounds rounds, IOptions<AutonomyOptions> autonomy, TimeProvider time, ILogger<SupervisorGrain> logger, IGrainFactory grains)
    {
        _seats = seats;
        _rounds = rounds;
        _evaluateEvery = autonomy.Value.Evaluate;
        _loop = new(ComponentNames.Supervisor, CycleAsync, grains, time, logger);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(_loop.TickAsync, new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromSeconds(1)) { Interleave = true, KeepAlive = true });
        this.RegisterGrainTimer(_rounds.RunAsync, new GrainTimerCreationOptions(_evaluateEvery, _evaluateEvery) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task<long> EnsureRunning() => Task.FromResult(_loop.Cycle);

    public Task RunNow() => _loop.RunNowAsync();

    private async Task<CycleOutcome> CycleAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(ExpiredLeases.EndAsync(GrainFactory, starts: false), Task.WhenAll(_seats.Part(_loop.Cycle, ProgressLoop.AllWithin).Select(s => GrainFactory.GetGrain<IProviderGrain>(s.Id).VerifyIfDue())));
        if (_loop.Cycle % ReassertEvery == 0) await ExpiredLeases.ReassertAsync(GrainFactory);
        return new(true, "Leases watched, verifies kept fresh.");
    }
}
