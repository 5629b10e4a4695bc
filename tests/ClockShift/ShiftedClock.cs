using System.Globalization;

namespace ControlPlane.ClockShift;

/// <summary>A clock that runs at its own rate, monotonic clock and timers too, and whose wall clock can be set at any time, as a person or a
/// broken time server would.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private readonly double _rate;
    private readonly string _aheadFile;
    private readonly long _startedAt = System.GetTimestamp();
    private readonly DateTimeOffset _startedOn = System.GetUtcNow();
    private readonly Timer _looking;
    private long _ahead;

    public ShiftedClock(double rate, string aheadFile)
    {
        (_rate, _aheadFile) = (rate, aheadFile);
        Look();
        _looking = new Timer(_ => Look(), null, s_look, s_look);
    }

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => _startedAt + (long)((System.GetTimestamp() - _startedAt) * _rate);

    public override DateTimeOffset GetUtcNow() => _startedOn + System.GetElapsedTime(_startedAt) * _rate + new TimeSpan(Interlocked.Read(ref _ahead));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Scaled(System.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    private TimeSpan Real(TimeSpan span) => span <= TimeSpan.Zero ? span : span / _rate;

    private void Look()
    {
        try
        {
            if (double.TryParse(File.ReadAllText(_aheadFile), CultureInfo.InvariantCulture, out var seconds)) Interlocked.Exchange(ref _ahead, TimeSpan.FromSeconds(seconds).Ticks);
        }
        catch (IOException)
        {
            // It is being written; the next look finds it.
        }
    }

    private sealed class Scaled(ITimer timer, ShiftedClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Real(dueTime), clock.Real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
