using ControlPlane.Abstractions;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Grains.Live;

/// <summary>The board of changes. Nothing rests on it: it only makes nodes look sooner.</summary>
internal sealed class ChangeFeedGrain(TimeProvider time, IHostApplicationLifetime? lifetime = null) : Grain, IChangeFeedGrain
{
    private const int LongestHoldMs = 1_000;
    private readonly Guid _activation = Guid.NewGuid();
    private readonly ChangeJournal _journal = new();
    private TaskCompletionSource _changed = NewSignal();
    private CancellationTokenRegistration _onStopping;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _onStopping = lifetime?.ApplicationStopping.Register(static board => ((ChangeFeedGrain)board!).ReleaseWaiters(), this) ?? default;
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _onStopping.Dispose();
        ReleaseWaiters();
        return Task.CompletedTask;
    }

    public Task Changed(ChangedSubjects subjects)
    {
        _journal.Record(subjects);
        ReleaseWaiters();
        return Task.CompletedTask;
    }

    public async Task<ChangeNotice> WaitForChanges(ChangeRequest request)
    {
        if (request.Activation != _activation) return new(_activation, _journal.Position, All: true, ChangedSubjects.None);
        var hold = TimeSpan.FromMilliseconds(Math.Clamp(request.HoldMs, 0, LongestHoldMs));
        var stopping = lifetime?.ApplicationStopping.IsCancellationRequested ?? false;
        if (request.Position == _journal.Position && hold > TimeSpan.Zero && !stopping)
        {
            try
            {
                await _changed.Task.WaitAsync(hold, time);
            }
            catch (TimeoutException)
            {
                // Nothing changed.
            }
        }

        return new(_activation, _journal.Position, All: false, _journal.Since(request.Position));
    }

    private void ReleaseWaiters() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
