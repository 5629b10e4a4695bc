using ControlPlane.Silo.Logging;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace ControlPlane.Silo.Tests.Logging;

public sealed class QueuedSinkTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Emit_OutputBlocked_NeverWaits_AndCountsWhatItDrops()
    {
        using var output = new ScriptedSink { Blocked = true };
        var sink = new QueuedSink(output, s_timeout, capacity: 10);

        // On a thread of its own: a sink that waits would hang the test and not fail it.
        await Task.Run(() => EmitAll(sink, 100), TestContext.Current.CancellationToken).WaitAsync(s_timeout, TestContext.Current.CancellationToken);

        // One may be in the hands of the writer.
        Assert.InRange(sink.Dropped, 89, 90);
        output.Release();
        sink.Dispose();
        Assert.Equal(100 - sink.Dropped, output.Written.Count(line => line.StartsWith("event", StringComparison.Ordinal)));
        Assert.Contains(output.Written, line => line.Contains("log events were dropped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dispose_OutputBlocked_EndsAtItsLimit()
    {
        using var output = new ScriptedSink { Blocked = true };
        var sink = new QueuedSink(output, TimeSpan.FromMilliseconds(50));
        EmitAll(sink, 5);

        await Task.Run(sink.Dispose, TestContext.Current.CancellationToken).WaitAsync(s_timeout, TestContext.Current.CancellationToken);

        sink.Emit(Event("late"));
        Assert.Equal(1, sink.Dropped);
        output.Release();
    }

    [Fact]
    public void Dispose_OutputWorks_WritesWhatIsQueuedFirst()
    {
        using var output = new ScriptedSink();
        var sink = new QueuedSink(output, s_timeout);
        EmitAll(sink, 1000);
        sink.Dispose();
        Assert.Equal(1000, output.Written.Count);
        Assert.Equal(0, sink.Dropped);
    }

    [Fact]
    public void Write_OutputFailsForAWhile_GoesOnAndTellsHowMany()
    {
        using var output = new ScriptedSink { Failures = 3 };
        var sink = new QueuedSink(output, s_timeout);
        EmitAll(sink, 5);
        sink.Dispose();
        Assert.Equal(3, sink.Dropped);
        Assert.Equal(["event 3", "3 log events were dropped: the output took none.", "event 4"], output.Written);
    }

    [Fact]
    public void Emit_LargeEventsUnderABlockedOutput_BoundedByTheirSize()
    {
        using var output = new ScriptedSink { Blocked = true };
        var sink = new QueuedSink(output, s_timeout);
        var large = new string('x', 1024 * 1024);
        for (var i = 0; i < 40; i++) sink.Emit(Event(large));
        Assert.InRange(sink.Dropped, 24, 26);
        output.Release();
        sink.Dispose();
    }

    private static void EmitAll(QueuedSink sink, int count)
    {
        for (var i = 0; i < count; i++) sink.Emit(Event($"event {i}"));
    }

    private static LogEvent Event(string text) => new(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, new MessageTemplate(text, [new TextToken(text)]), []);

    private sealed class ScriptedSink : ILogEventSink, IDisposable
    {
        private readonly ManualResetEventSlim _open = new(true);

        public List<string> Written { get; } = [];

        public int Failures { get; set; }

        public bool Blocked
        {
            init
            {
                if (value) _open.Reset();
            }
        }

        public void Release() => _open.Set();

        public void Emit(LogEvent logEvent)
        {
            _open.Wait();
            if (Failures-- > 0) throw new IOException("No space left on device");
            Written.Add(logEvent.MessageTemplate.Text);
        }

        public void Dispose() => _open.Set();
    }
}
