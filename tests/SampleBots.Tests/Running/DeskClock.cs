using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>A clock that stands still while calls are on the wire, however long a busy machine takes for them, and goes on while the desk waits for it.</summary>
internal sealed class DeskClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Lock _lock = new();
    private int _waiting;
    private TaskCompletionSource _waited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when somebody waits for this clock.</summary>
    public Task WhenWaitedForAsync()
    {
        lock (_lock)
        {
            if (_waiting > 0) return Task.CompletedTask;
            if (_waited.Task.IsCompleted) _waited = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waited.Task;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var wait = new Wait(this);
        var timer = base.CreateTimer(
            given =>
            {
                wait.End();
                callback(given);
            },
            state,
            dueTime,
            period);
        return new WaitTimer(timer, wait);
    }

    private sealed class Wait
    {
        private readonly DeskClock _clock;
        private bool _ended;

        public Wait(DeskClock clock)
        {
            _clock = clock;
            lock (clock._lock)
            {
                clock._waiting++;
                clock._waited.TrySetResult();
            }
        }

        public void End()
        {
            lock (_clock._lock)
            {
                if (_ended) return;
                _ended = true;
                _clock._waiting--;
            }
        }
    }

    private sealed class WaitTimer(ITimer timer, Wait wait) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            wait.End();
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            wait.End();
            return timer.DisposeAsync();
        }
    }
}
