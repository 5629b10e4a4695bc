namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Completed and replaced with every pulse. May be pulsed from any thread.</summary>
internal sealed class GateSignal
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes with the next signal. Take it before reading the signalled state, or a signal between the two is missed.</summary>
    public Task Next => _next.Task;

    public void Pulse() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
