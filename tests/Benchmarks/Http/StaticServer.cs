using System.Globalization;
using ControlPlane.Benchmarks.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Benchmarks.Http;

/// <summary>The peer: Kestrel answering bytes that were made once, in a process of its own. <c>GET /1234</c> answers 1,234 bytes.</summary>
internal static class StaticServer
{
    public const string Worker = "static-server";

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{args[0]}");
        await using var app = builder.Build();
        var (size, body) = (0, Array.Empty<byte>());
        app.Run(async context =>
        {
            var asked = int.Parse(context.Request.Path.Value![1..], CultureInfo.InvariantCulture);
            if (asked != size) (size, body) = (asked, Enumerable.Repeat((byte)'x', asked).ToArray());
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        });
        await app.StartAsync();
        await WorkerProcess.AnswerAsync(_ => Task.FromResult<object>(true));
    }
}
