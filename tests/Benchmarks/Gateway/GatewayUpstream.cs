using ControlPlane.Benchmarks.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Benchmarks.Gateway;

/// <summary>The provider behind all that is compared: a quote of 512 bytes, a stream that ends after one event, and a stream that says nothing more.</summary>
internal static class GatewayUpstream
{
    public const string Worker = "gateway-upstream";
    public const string Read = "/quote";
    public const string FirstEvent = "/first";
    public const string Idle = "/idle";

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{args[0]}");
        await using var app = builder.Build();
        var quote = System.Text.Encoding.ASCII.GetBytes($$"""{"symbol":"AAPL","last":231.4,"history":"{{new string('7', 470)}}"}""");
        app.Run(async context =>
        {
            var response = context.Response;
            if (context.Request.Path == Read)
            {
                (response.ContentType, response.ContentLength) = ("application/json", quote.Length);
                await response.Body.WriteAsync(quote);
                return;
            }

            response.ContentType = "text/event-stream";
            await response.WriteAsync("data: {\"delta\":\"a word\"}\n\n");
            await response.Body.FlushAsync();
            if (context.Request.Path == Idle) await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        await app.StartAsync();
        await WorkerProcess.AnswerAsync(_ => Task.FromResult<object>(true));
    }
}
