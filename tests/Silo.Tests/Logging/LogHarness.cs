using ControlPlane.Grains.Secrets;
using ControlPlane.Silo.Logging;
using Microsoft.Extensions.Logging;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace ControlPlane.Silo.Tests.Logging;

/// <summary>The product's logger with a text and a JSON sink in memory, driven through <see cref="ILogger"/> as the product does.</summary>
internal sealed class LogHarness : IDisposable
{
    private readonly StringWriter _text = new() { NewLine = "\n" };
    private readonly StringWriter _json = new() { NewLine = "\n" };
    private readonly SerilogLoggerFactory _factory;

    public LogHarness(SecretRegistry registry, LogEventLevel level = LogEventLevel.Verbose, LogFormat format = LogFormat.Text)
    {
        Root = ControlPlaneLogging.Create(new LoggingOptions(format, level), new Redactor(registry), to => to
            .Sink(new TextWriterSink(_text, ControlPlaneLogging.Formatter(LogFormat.Text)))
            .WriteTo.Sink(new TextWriterSink(_json, ControlPlaneLogging.Formatter(LogFormat.Json))));
        _factory = new SerilogLoggerFactory(Root);
    }

    public Serilog.Core.Logger Root { get; }

    public string Text => _text.ToString();

    public string Json => _json.ToString();

    public string[] JsonLines => Json.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public ILogger Logger(string category = "ControlPlane.Tests") => _factory.CreateLogger(category);

    public void Dispose()
    {
        _factory.Dispose();
        Root.Dispose();
    }
}
