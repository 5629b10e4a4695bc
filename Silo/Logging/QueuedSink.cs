using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace ControlPlane.Silo.Logging;

/// <summary>Passes events to its own thread and never blocks a caller. When the queue is full or the sink fails, the event is dropped and counted.
/// Once the sink works again, one line tells how many.</summary>
/// <remarks>Invariant: <see cref="Emit"/> takes no lock that a blocked output holds.</remarks>
internal sealed class QueuedSink : ILogEventSink, IDisposable
{
    /// <summary>Events that wait at most.</summary>
    public const int Capacity = 8192;

    /// <summary>Characters that wait at most, as <see cref="Size"/> counts them.</summary>
    public const long MaxCharacters = 16 * 1024 * 1024;

    private static readonly Meter s_meter = new("ControlPlane.Logging");
    private static long s_dropped;

    private readonly ILogEventSink _output;
    private readonly TimeSpan _flushLimit;
    private readonly BlockingCollection<LogEvent> _queue;
    private readonly Thread _writer;
    private long _characters;
    private long _dropped;
    private long _told;

    static QueuedSink() => s_meter.CreateObservableCounter(
        "controlplane.log.dropped", () => Interlocked.Read(ref s_dropped), "{event}", "Log events that were dropped because the output was blocked, full or gone.");

    /// <param name="flushLimit">How long the end of the process may wait for what is queued.</param>
    public QueuedSink(ILogEventSink output, TimeSpan flushLimit, int capacity = Capacity)
    {
        _output = output;
        _flushLimit = flushLimit;
        _queue = new(capacity);

        // In the background: a thread that hangs in a write must not keep the process.
        _writer = new Thread(Write) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public long Dropped => Interlocked.Read(ref _dropped);

    public void Emit(LogEvent logEvent)
    {
        var size = Size(logEvent);
        if (Interlocked.Add(ref _characters, size) <= MaxCharacters && TryAdd(logEvent)) return;
        Interlocked.Add(ref _characters, -size);
        Drop();
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        if (!_writer.Join(_flushLimit)) return;
        _queue.Dispose();
        (_output as IDisposable)?.Dispose();
    }

    private static int Size(LogEvent logEvent) => 256 + logEvent.MessageTemplate.Text.Length + (logEvent.Exception?.Message.Length ?? 0);

    private bool TryAdd(LogEvent logEvent)
    {
        try
        {
            return _queue.TryAdd(logEvent);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private void Write()
    {
        foreach (var logEvent in _queue.GetConsumingEnumerable())
        {
            if (TryWrite(logEvent)) TellDropped();
            else Drop();
            Interlocked.Add(ref _characters, -Size(logEvent));
        }
    }

    private bool TryWrite(LogEvent logEvent)
    {
        try
        {
            _output.Emit(logEvent);
            return true;
        }
#pragma warning disable CA1031 // A disk that is full, an output that is closed: whatever it is, the next event may get through.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private void Drop()
    {
        Interlocked.Increment(ref _dropped);
        Interlocked.Increment(ref s_dropped);
    }

    private void TellDropped()
    {
        var dropped = Dropped;
        if (dropped == _told) return;
        var text = FormattableString.Invariant($"{dropped - _told} log events were dropped: the output took none.");
        _told = dropped;
        TryWrite(new LogEvent(
            DateTimeOffset.UtcNow, LogEventLevel.Warning, null, new MessageTemplate(text, [new TextToken(text)]),
            [new LogEventProperty(Constants.SourceContextPropertyName, new ScalarValue(typeof(QueuedSink).FullName))]));
    }
}
