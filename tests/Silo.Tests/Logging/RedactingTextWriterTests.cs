using ControlPlane.Grains.Secrets;
using ControlPlane.Silo.Logging;
using ControlPlane.Testing;

namespace ControlPlane.Silo.Tests.Logging;

public sealed class RedactingTextWriterTests
{
    private readonly SecretRegistry _registry = new();
    private readonly StringWriter _inner = new();
    private readonly RedactingTextWriter _writer;

    public RedactingTextWriterTests() => _writer = new RedactingTextWriter(_inner, new LogText(new Redactor(_registry)));

    [Fact]
    public void Write_InPieces_RedactedByLine()
    {
        var value = CanaryAlphabet.Draw(CanaryAlphabet.Alphanumeric, 40);
        _registry.Register("A_KEY", value);
        foreach (var c in "one " + value)
            _writer.Write(c);
        _writer.Write(" two\r\nthree \u001b[1m");
        _writer.WriteLine("{0}", value);
        _writer.Write("rest".ToCharArray(), 0, 4);
        _writer.Flush();
        Assert.Equal("one *** two\nthree \\u001b[1m***\nrest", _inner.ToString());
    }

    [Fact]
    public void Report_Exception_OneCleanLine()
    {
        var canaries = new CanarySet();
        var canary = canaries.Plant("A_KEY");
        _registry.Register(canary.Name, canary.Value);
        ProcessOutput.Report(_inner, new LogText(new Redactor(_registry)), "Unhandled", new InvalidOperationException($"bad\n{canary.Value}"));
        canaries.AssertAbsent(_inner.ToString());
        Assert.Single(_inner.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
