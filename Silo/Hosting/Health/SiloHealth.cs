using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Silo.Hosting.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Silo.Hosting.Health;

/// <summary>Answers <c>/healthz</c> and <c>/readyz</c> on a port of its own, with the bodies that the API gives, and nothing else. Reads what this
/// process knows anyway: whoever asks causes no call and no query. Starts before the silo and stops after it.</summary>
internal sealed class SiloHealth(ClusterSettings cluster, NodeGate gate, StoreHealth store, TimeProvider time, IHostApplicationLifetime lifetime) : IHostedService, IAsyncDisposable
{
    private const int MaxConnections = 64;
    private static readonly TimeSpan s_headers = TimeSpan.FromSeconds(5);
    private WebApplication? _server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Without a logger: it would write what a caller sent.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.RequestHeadersTimeout = s_headers;
            kestrel.Listen(new IPEndPoint(cluster.ListenAddress, cluster.HealthPort!.Value));
        });
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)) return Refuse(context, StatusCodes.Status405MethodNotAllowed);
        return context.Request.Path.Value switch
        {
            "/healthz" => WriteAsync(context, StatusCodes.Status200OK, static json => json.WriteString("status", "alive")),
            "/readyz" => ReadyAsync(context),
            _ => Refuse(context, StatusCodes.Status404NotFound),
        };
    }

    private Task ReadyAsync(HttpContext context)
    {
        var why = SiloReadiness.WhyNot(gate.Read(), store.Holds, lifetime.ApplicationStopping.IsCancellationRequested, time.GetUtcNow());
        if (why is not null) return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, json => WriteProblem(json, why));
        return WriteAsync(context, StatusCodes.Status200OK, static json =>
        {
            json.WriteBoolean("ready", true);
            json.WriteBoolean("snapshot", true);
            json.WriteBoolean("store", true);
        });
    }

    private static void WriteProblem(Utf8JsonWriter json, string why)
    {
        json.WriteString("type", "about:blank");
        json.WriteString("title", "Service Unavailable");
        json.WriteNumber("status", StatusCodes.Status503ServiceUnavailable);
        json.WriteString("code", Codes.DataUnavailable);
        json.WriteString("detail", why);
    }

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> members)
    {
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            members(json);
            json.WriteString("trace_id", RandomNumberGenerator.GetHexString(32, lowercase: true));
            json.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = status == StatusCodes.Status200OK ? "application/json; charset=utf-8" : "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
    }
}
