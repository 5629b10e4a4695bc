using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using System.Collections.Immutable;
using System.Net;

namespace ControlPlane.Api.Tests.Http;

public sealed class HeadTests
{
    /// <summary>Values for what an address has in braces.</summary>
    private static readonly Dictionary<string, string> s_places = new()
    {
        ["{bot_id}"] = "b1", ["{provider}"] = "polygon", ["{decision_id}"] = "d1", ["{component}"] = "risk_engine", ["{order_id}"] = "o1",
    };

    [Fact]
    public async Task EveryGetOfTheDocument_AnswersHeadAlike_WithoutABody()
    {
        await using var api = await TestApi.StartAsync(api =>
            api.Cluster.Bots["b1"] = new BotView { BotId = "b1", Spec = new BotSpec("b", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty) });
        var document = await api.GetJsonAsync("/openapi/v1.json");
        var paths = document["paths"]!.AsObject().Where(path => path.Value!["get"] is not null).Select(path => path.Key).Append("/openapi/v1.json").Append("/metrics").ToArray();
        Assert.True(paths.Length > 20, string.Join(' ', paths));
        foreach (var path in paths)
        {
            var address = s_places.Aggregate(path, (text, place) => text.Replace(place.Key, place.Value, StringComparison.Ordinal));
            foreach (var token in new[] { TestApi.Operator, null })
            {
                using var get = await SendAsync(api, HttpMethod.Get, address, token);
                using var head = await SendAsync(api, HttpMethod.Head, address, token);
                Assert.True(get.StatusCode == head.StatusCode && get.StatusCode != HttpStatusCode.MethodNotAllowed, $"{address}: GET {get.StatusCode}, HEAD {head.StatusCode}");
                Assert.Equal(get.Content.Headers.ContentType?.ToString(), head.Content.Headers.ContentType?.ToString());
                Assert.True(head.Headers.Contains("X-Trace-Id"), address);

                // Of the stream too the head is all there is.
                Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            }
        }
    }

    private static Task<HttpResponseMessage> SendAsync(TestApi api, HttpMethod method, string path, string? token)
    {
        var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        return api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
