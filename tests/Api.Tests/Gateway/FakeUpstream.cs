using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Api.Tests.Gateway;

/// <summary>A request as it came to a provider.</summary>
internal sealed record SeenRequest(string Method, string RawTarget, IReadOnlyDictionary<string, string> Headers, string Body, string Protocol);

/// <summary>A provider that answers what a test says, and keeps what came.</summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeUpstream(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    /// <summary>What is answered once the request was kept.</summary>
    public RequestDelegate Answer { get; set; } = static context => context.Response.WriteAsync("{\"ok\":true}");

    /// <summary>False: the body is left to <see cref="Answer"/>.</summary>
    public bool ReadsBody { get; set; } = true;

    public SeenRequest Only => Assert.Single(Seen);

    public static async Task<FakeUpstream> StartAsync(HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var upstream = new FakeUpstream(builder.Build());
        upstream._app.Run(upstream.TakeAsync);
        await upstream._app.StartAsync();
        upstream.Address = upstream._app.Urls.Single();
        return upstream;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var body = ReadsBody ? await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted) : "";
        Seen.Enqueue(new(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body,
            context.Request.Protocol));
        await Answer(context);
    }
}
