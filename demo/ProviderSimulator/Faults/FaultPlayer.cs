using System.Net.Sockets;
using System.Text;
using ControlPlane.ProviderSimulator.Answers;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.ProviderSimulator.Faults;

/// <summary>Plays a fault on the wire. Waiting ends when the client hangs up or the program stops.</summary>
internal sealed class FaultPlayer(SimulatorOptions options)
{
    private const string Json = "application/json";
    private static readonly byte[] HugeItem = Encoding.ASCII.GetBytes($",\"{new string('x', 8188)}\"");

    /// <summary>Whether the provider carries out what it was asked before its answer is spoilt, so that the caller can't know that it did.</summary>
    public static bool LetsThrough(SimulatedFault fault) => fault is SimulatedFault.None or SimulatedFault.Drip or SimulatedFault.TruncatedJson
        or SimulatedFault.Empty or SimulatedFault.NotJson or SimulatedFault.SlowHeaders or SimulatedFault.LostAnswer or SimulatedFault.HeldAnswer;

    /// <param name="context">The request.</param>
    /// <param name="order">What to play.</param>
    /// <param name="answer">The scripted answer, which some faults spoil.</param>
    /// <param name="body">Its body.</param>
    /// <param name="rateLimit">The route's answer for too many requests.</param>
    /// <param name="trap">Where a redirect leads.</param>
    /// <param name="cancel">Cancelled with the connection or the program.</param>
    public Task PlayAsync(
        HttpContext context, FaultOrder order, AnswerScript answer, byte[] body, AnswerScript rateLimit, string trap, CancellationToken cancel) =>
        order.Fault switch
        {
            SimulatedFault.Hang or SimulatedFault.HeldAnswer => Task.Delay(Timeout.InfiniteTimeSpan, cancel),
            SimulatedFault.Drip => DripAsync(context.Response, answer, body, cancel),
            SimulatedFault.Reset or SimulatedFault.LostAnswer => Reset(context),
            SimulatedFault.Http500 => WriteAsync(context, AnswerBook.Error(500, "internal_error", "Something went wrong."), cancel),
            SimulatedFault.Http503 => WriteAsync(context, Unavailable(order.RetryAfterS), cancel),
            SimulatedFault.RateLimited => WriteAsync(context, rateLimit, cancel),
            SimulatedFault.Redirect => Redirect(context, trap),
            SimulatedFault.RedirectLoop => Redirect(context, context.Request.Path + context.Request.QueryString),
            SimulatedFault.Html => WriteAsync(context, Text(
                "<!DOCTYPE html><html><head><title>One moment</title></head><body><h1>Checking your browser</h1></body></html>",
                "text/html; charset=utf-8"), cancel),
            SimulatedFault.TruncatedJson => WriteAsync(context, Text(Truncate(answer, body), Json), cancel),
            SimulatedFault.Empty => WriteEmptyAsync(context),
            SimulatedFault.HugeBody => HugeAsync(context.Response, cancel),
            SimulatedFault.SlowHeaders => SlowHeadersAsync(context, cancel),
            SimulatedFault.NotJson => WriteAsync(context, Text("upstream connect error or disconnect/reset before headers", Json), cancel),
            _ => AnswerWriter.WriteAsync(context.Response, answer, body, cancel),
        };

    private async Task DripAsync(HttpResponse response, AnswerScript answer, byte[] body, CancellationToken cancel)
    {
        AnswerWriter.Head(response, answer, body.Length);
        await response.StartAsync(cancel);
        for (var i = 0; i < body.Length; i++)
        {
            await response.Body.WriteAsync(body.AsMemory(i, 1), cancel);
            await response.Body.FlushAsync(cancel);
            await Task.Delay(options.DripInterval, cancel);
        }
    }

    private static Task Reset(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>() is { } connection)
            connection.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        context.Abort();
        return Task.CompletedTask;
    }

    private static Task Redirect(HttpContext context, string target)
    {
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location = $"{context.Request.Scheme}://{context.Request.Host}{target}";
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static Task WriteEmptyAsync(HttpContext context)
    {
        context.Response.ContentType = Json;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private async Task HugeAsync(HttpResponse response, CancellationToken cancel)
    {
        response.ContentType = Json;
        await response.Body.WriteAsync("[0"u8.ToArray(), cancel);
        for (var sent = 0L; sent < options.HugeBodyBytes; sent += HugeItem.Length)
            await response.Body.WriteAsync(HugeItem, cancel);
        await response.Body.WriteAsync("]"u8.ToArray(), cancel);
    }

    /// <summary>Writes to the connection itself, because the server sends headers all at once.</summary>
    private async Task SlowHeadersAsync(HttpContext context, CancellationToken cancel)
    {
        var output = context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output;
        try
        {
            await output.WriteAsync("HTTP/1.1 200 OK\r\nX-Slow: "u8.ToArray(), cancel);
            while (true)
            {
                await Task.Delay(options.DripInterval, cancel);
                var written = await output.WriteAsync("x"u8.ToArray(), cancel);
                if (written.IsCompleted)
                    return;
            }
        }
        finally
        {
            context.Abort();
        }
    }

    private static Task WriteAsync(HttpContext context, AnswerScript answer, CancellationToken cancel) =>
        AnswerWriter.WriteAsync(context.Response, answer, AnswerWriter.Body(answer, static () => ""), cancel);

    private static AnswerScript Unavailable(int? retryAfter)
    {
        var answer = AnswerBook.Error(503, "unavailable", "Down for maintenance.");
        return retryAfter is { } seconds ? AnswerBook.WithRetryAfter(answer, seconds) : answer;
    }

    private static AnswerScript Text(string text, string contentType) => new() { Text = text, ContentType = contentType };

    /// <summary>A prefix of a JSON object or array is never JSON; of other bodies, one of an object stands in.</summary>
    private static string Truncate(AnswerScript answer, byte[] body) =>
        answer.Json is not null && body.Length >= 2 && body[0] is (byte)'{' or (byte)'['
            ? Encoding.UTF8.GetString(body, 0, body.Length / 2)
            : "{\"result\":{\"items\":[";
}
