using ControlPlane.Grains.Secrets;
using ControlPlane.Silo.Logging;
using ControlPlane.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Tests.Logging;

public sealed class ControlPlaneLoggingTests
{
    [Fact]
    public void AddControlPlaneLogging_InAHost_OneRegistryServesSourceAndLogs()
    {
        var canaries = new CanarySet();
        var canary = canaries.Plant("A_KEY");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        using var output = new StringWriter();
        builder.Logging.AddConsole();
        var registry = builder.AddControlPlaneLogging(to => to.Sink(new TextWriterSink(output, ControlPlaneLogging.Formatter(LogFormat.Text))));
        builder.Services.AddSecrets(builder.Configuration, options => options.Environment = () => canaries.Values);
        using var host = builder.Build();
        Assert.Same(registry, host.Services.GetRequiredService<ISecretRegistry>());
        Assert.Empty(host.Services.GetServices<ILoggerProvider>());
        var value = host.Services.GetRequiredService<ISecretSource>().Find("A_KEY")!.Reveal();
        host.Services.GetRequiredService<ILogger<ControlPlaneLoggingTests>>().LogInformation("got {Value}", value);
        canaries.AssertAbsent(output.ToString());
        Assert.Contains("got ***", output.ToString(), StringComparison.Ordinal);
        Assert.Equal("***", host.Services.GetRequiredService<Redactor>().Redact(canary.Value));
    }

    [Fact]
    public void AddSecrets_PollOutOfRange_RefusedWithTheKey()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["ControlPlane:Secrets:PollSeconds"] = "0";
        builder.Services.AddSecrets(builder.Configuration);
        using var host = builder.Build();
        var thrown = Assert.ThrowsAny<Exception>(() => host.Services.GetRequiredService<ISecretSource>());
        Assert.Contains("ControlPlane__Secrets__PollSeconds", thrown.Message, StringComparison.Ordinal);
    }
}
