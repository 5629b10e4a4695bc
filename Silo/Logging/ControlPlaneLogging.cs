using System.Text;
using ControlPlane.Grains.Secrets;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Configuration;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace ControlPlane.Silo.Logging;

/// <summary>The one way of a host's logs: levels, redaction, console.</summary>
internal static class ControlPlaneLogging
{
    /// <summary>How long the end of the process waits for log events that are not written yet.</summary>
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(1);

    /// <summary>Call first in a host's composition. Replaces all logging providers; what the environment holds of secrets is known to
    /// the redactor from here on.</summary>
    /// <param name="sinks">Where the clean events go; by default to the console.</param>
    public static SecretRegistry AddControlPlaneLogging(this IHostApplicationBuilder builder, Action<LoggerSinkConfiguration>? sinks = null)
    {
        // What is wrong with them is told when all settings are validated.
        var options = LoggingOptions.Read(builder.Configuration, new SettingErrors());
        var registry = builder.Services.AddSecretRegistry();
        registry.RegisterEnvironment(ProcessEnvironment.Read());
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(Create(options, new Redactor(registry), sinks ?? (to => ToConsole(to, options))), dispose: true);
        return registry;
    }

    internal static Serilog.Core.Logger Create(LoggingOptions options, Redactor redactor, Action<LoggerSinkConfiguration> sinks)
    {
        var events = new CleanEvents(new LogText(redactor));
        var logger = CategoryLevels.Apply(new LoggerConfiguration(), options.Level)
            .Enrich.FromLogContext()
            .Destructure.ToMaximumDepth(4)
            .Destructure.ToMaximumCollectionCount(32)
            // Kept as objects so that PropertyText decides what to say of them.
            .Destructure.AsScalar<Secret>()
            .Destructure.AsScalar<HttpRequestMessage>()
            .Destructure.AsScalar<HttpResponseMessage>();
        return logger.WriteTo.Sink(new RedactingSink(LoggerSinkConfiguration.CreateSink(sinks), events)).CreateLogger();
    }

    internal static ITextFormatter Formatter(LogFormat format) => format == LogFormat.Json ? new RenderedCompactJsonFormatter() : new OneLineFormatter();

    /// <summary>Past <see cref="Console.Out"/>, which may be guarded by the redactor: the events are clean already. Through a queue, so that
    /// an output that nobody reads holds no call.</summary>
    private static void ToConsole(LoggerSinkConfiguration to, LoggingOptions options) => to.Sink(new QueuedSink(
        new TextWriterSink(new StreamWriter(StandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)), Formatter(options.Format)), FlushLimit));

    private static Stream StandardOutput()
    {
        try
        {
            return Console.OpenStandardOutput();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // It was closed before the start.
            return Stream.Null;
        }
    }
}
