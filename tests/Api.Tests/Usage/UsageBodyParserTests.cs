using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Api.Usage;

namespace ControlPlane.Api.Tests.Usage;

/// <summary>What the parser makes of bytes that mean the same, and of those that mean nothing.</summary>
public sealed class UsageBodyParserTests
{
    private const string Required = "\"provider\":\"polygon\",\"operation\":\"GET /v3/quotes\",\"status\":\"ok\"";
    private static readonly DateTimeOffset s_now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Event_EveryFieldEscaped_IsTheSameAsPlain()
    {
        var id = Guid.CreateVersion7();
        var fields = new Dictionary<string, string>
        {
            ["event_id"] = id.ToString(), ["occurred_at"] = "2026-01-31T11:59:59.1234567Z", ["user_id"] = "u1", ["bot_id"] = "größer \U0001F600", ["provider"] = "polygon",
            ["operation"] = "GET /v3/quotes", ["status"] = "rate_limited", ["trace_id"] = "4BF92F3577B34DA6A3CE929D0E0E4736", ["error_code"] = "E1",
        };
        var plain = One("{" + string.Join(',', fields.Select(f => $"\"{f.Key}\":\"{f.Value}\"")) + ",\"http_status\":429,\"latency_ms\":12.5}");
        var escaped = One("{" + string.Join(',', fields.Select(f => $"\"{Escaped(f.Key)}\":\"{Escaped(f.Value)}\"")) + ",\"http\\u005fstatus\":4.29e2,\"latency_ms\":125e-1}");
        Assert.Equal(plain, escaped);
        Assert.Equal(
            new UsageEvent(id, new DateTimeOffset(2026, 1, 31, 11, 59, 59, TimeSpan.Zero).AddTicks(1_234_567), "u1", "größer \U0001F600", "polygon", "GET /v3/quotes",
                UsageStatus.RateLimited, 429, 13, "4bf92f3577b34da6a3ce929d0e0e4736", "E1"),
            plain);
    }

    [Theory]
    [InlineData("\"operation\":\"GET /x?key=canary\"")]
    [InlineData("\"operation\":\"GET /x#canary\"")]
    [InlineData("\"operation\":\"GET /x\\u003fkey=canary\"")]
    [InlineData("\"operation\":\"GET \\/x\\u0023canary\"")]
    public void Operation_WithAQuery_IsCut(string operation) =>
        Assert.Equal("GET /x", One($"{{\"provider\":\"polygon\",\"status\":\"ok\",{operation}}}").Operation);

    [Theory]
    [InlineData("\"user_id\":\"\\ud800\"")]
    [InlineData("\"bot_id\":\"a\\udc00b\"")]
    [InlineData("\"error_code\":\"\\ud800\\ud800\"")]
    [InlineData("\"user_id\":\"a\",\"user\\u005fid\":\"a\"")]
    [InlineData("\"user_id\":null,\"user_id\":\"a\"")]
    [InlineData("\"event_id\":\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData("\"event_id\":\"0123456701234567012345670123456701234567\"")]
    [InlineData("\"occurred_at\":\"2026-02-30T00:00:00Z\"")]
    [InlineData("\"occurred_at\":\"2026-01-31T24:00:00Z\"")]
    [InlineData("\"occurred_at\":\"2026-01-31T00:00:60Z\"")]
    [InlineData("\"occurred_at\":\"0000-01-31T00:00:00Z\"")]
    [InlineData("\"occurred_at\":\"2026-01-31T00:00:00.1234567891Z\"")]
    [InlineData("\"occurred_at\":\"2026-01-31 00:00:00Z\"")]
    [InlineData("\"occurred_at\":\"2026-01-3\\u0000T00:00:00Z\"")]
    [InlineData("\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e473g\"")]
    [InlineData("\"trace_id\":\"äbf92f3577b34da6a3ce929d0e0e473\"")]
    [InlineData("\"latency_ms\":-2147483648")]
    [InlineData("\"latency_ms\":99999999999")]
    [InlineData("\"http_status\":1e2000")]
    public void Event_FieldOfTheWrongForm_IsRejected(string field) => AssertRejected(Encoding.UTF8.GetBytes($"{{{Required},{field}}}"));

    [Fact]
    public void Text_LongerThanAnyFieldMayBe_IsRejectedEscapedOrNot()
    {
        AssertRejected(Encoding.UTF8.GetBytes($"{{{Required},\"user_id\":\"{new string('x', 4_097)}\"}}"));
        AssertRejected(Encoding.UTF8.GetBytes($"{{{Required},\"user_id\":\"{string.Concat(Enumerable.Repeat("\\u0041", 683))}\"}}"));
        Assert.Equal(new string('A', 100), One($"{{{Required},\"user_id\":\"{string.Concat(Enumerable.Repeat("\\u0041", 100))}\"}}").UserId);
    }

    [Fact]
    public void Text_NotUtf8_IsRejectedTheSecondTimeToo()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes($"{{{Required},\"user_id\":\""), 0xED, 0xA0, 0x80, .. "\"}"u8];
        AssertRejected(body);
        AssertRejected(body);
    }

    [Theory]
    [InlineData("2026-01-31T11:59:59Z", 0)]
    [InlineData("2026-01-31T11:59:59.1Z", 1_000_000)]
    [InlineData("2026-01-31T11:59:59.0000001Z", 1)]
    [InlineData("2026-01-31T13:59:59.5+02:00", 5_000_000)]
    [InlineData("2026-01-31T11:59:59.9999999+00:00", 9_999_999)]
    public void OccurredAt_ToTheTick_WhateverItsForm(string text, int ticks) => Assert.Equal(
        new DateTimeOffset(2026, 1, 31, 11, 59, 59, TimeSpan.Zero).AddTicks(ticks), One($"{{{Required},\"occurred_at\":\"{text}\"}}").OccurredAt);

    [Fact]
    public void Events_WithTheSameTexts_ShareTheirStrings()
    {
        var events = UsageBodyParser.ParseJson(Encoding.UTF8.GetBytes($"{{\"events\":[{{{Required},\"bot_id\":\"b1\"}},{{{Required},\"bot_id\":\"b1\"}}]}}"), s_now).TakeEvents();
        Assert.Same(events[0].Provider, events[1].Provider);
        Assert.Same(events[0].Operation, events[1].Operation);
        Assert.Same(events[0].BotId, events[1].BotId);
    }

    [Fact]
    public void Event_AnyBytesInAnyField_AreReadAsAStrictReaderReadsThem()
    {
        var random = new Random(20_260_131);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = new byte[random.Next(1, 24)];
            random.NextBytes(bytes);
            foreach (ref var b in bytes.AsSpan())
            {
                // Mostly what occurs in texts, now and then anything that needs no escape.
                if (random.Next(4) != 0 || b is < 0x20 or (byte)'"' or (byte)'\\') b = (byte)"abc-_/ 09é"[random.Next(9)];
            }

            byte[] body = [.. "{\"x\":\""u8, .. bytes, .. "\"}"u8];
            string? expected;
            try
            {
                using var document = JsonDocument.Parse(body);
                expected = document.RootElement.GetProperty("x").GetString();
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                expected = null;
            }

            var batch = Parse([.. Encoding.UTF8.GetBytes($"{{{Required},\"user_id\":\""), .. bytes, .. "\"}"u8]);
            var events = batch?.TakeEvents() ?? [];
            if (expected is not null && PlainText.Is(expected, UsageLimits.MaxText)) Assert.Equal(expected, Assert.Single(events).UserId);
            else Assert.Empty(events);
        }
    }

    private static UsageBatch? Parse(byte[] body)
    {
        try
        {
            return UsageBodyParser.ParseJson(body, s_now);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static UsageEvent One(string body) => Assert.Single(UsageBodyParser.ParseJson(Encoding.UTF8.GetBytes(body), s_now).TakeEvents());

    private static void AssertRejected(byte[] body)
    {
        var batch = UsageBodyParser.ParseJson(body, s_now);
        Assert.Single(batch.Rejections([]));
        Assert.Empty(batch.TakeEvents());
    }

    private static string Escaped(string text) => string.Concat(text.Select(character => $"\\u{(int)character:x4}"));
}
