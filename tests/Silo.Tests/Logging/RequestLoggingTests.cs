using System.Net.Sockets;
using System.Text;
using ControlPlane.Silo.Logging;
using ControlPlane.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Tests.Logging;

/// <summary>A real server and a real client at the lowest level: nothing a caller sent, and no address called, is in the logs.</summary>
public sealed class RequestLoggingTests
{
    [Fact]
    public async Task Serve_AtTrace_NoPathQueryOrBodyInLogs()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var canaries = new CanarySet();
        using var output = new StringWriter();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["ControlPlane:Logging:Level"] = "Trace";
        builder.Configuration["Logging:LogLevel:Default"] = "Trace";
        builder.AddControlPlaneLogging(to => to.Sink(new TextWriterSink(output, ControlPlaneLogging.Formatter(LogFormat.Json))));
        builder.Services.AddHttpClient("provider");
        await using var app = builder.Build();
        app.MapGet("/ok/{id}", (ILogger<RequestLoggingTests> log) => log.LogInformation("inside the request"));
        app.MapGet("/fails/{id}", string (string id) => throw new InvalidOperationException("fails"));
        await app.StartAsync(cancellation);
        var address = new Uri(app.Urls.Single());

        using var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("provider");
        foreach (var route in new[] { "ok", "fails", "none" })
            (await client.GetAsync(new Uri(address, $"/{route}/{canaries.Plant("PATH").Value}?k={canaries.Plant("QUERY").Value}"), cancellation)).Dispose();
        await SendBadRequest(address, canaries.Plant("LINE").Value, cancellation);
        await app.StopAsync(cancellation);

        canaries.AssertAbsent(output.ToString(), "the log");
        Assert.Contains("inside the request", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("unhandled exception", output.ToString(), StringComparison.Ordinal);
    }

    private static async Task SendBadRequest(Uri address, string path, CancellationToken cancellation)
    {
        using var client = new TcpClient(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /{path} HTTP/1.1\r\nHost {path}\r\n\r\n"), cancellation);
        using var answer = new StreamReader(client.GetStream());
        Assert.Contains("400", await answer.ReadToEndAsync(cancellation), StringComparison.Ordinal);
    }
}
