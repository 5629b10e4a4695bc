using System.Buffers;
using System.Text;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Redaction;
using ControlPlane.Testing;

namespace ControlPlane.Grains.Tests.Secrets;

/// <summary>Secrets in a text that comes in pieces. The encodings are the test's own.</summary>
public sealed class StreamScrubberTests
{
    private const string Value = "sk-Test/42+abcDEF&x<y>\"z\\w=1~Q";

    public static TheoryData<string> Encodings =>
    [
        .. CanaryEncodings.Of(Value).Select(rendering => rendering.Encoding).Distinct(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Push_ValueCutAnywhere_IsGone(string encoding)
    {
        foreach (var (_, text) in CanaryEncodings.Of(Value).Where(rendering => rendering.Encoding == encoding))
        {
            var whole = Encoding.UTF8.GetBytes($"{{\"message\":\"no such key {text} here\"}}");
            for (var at = 0; at <= whole.Length; at++) AssertGone(text, Scrub(whole, at, whole.Length));
            for (var size = 1; size < 9; size++) AssertGone(text, ScrubInPieces(whole, size));
        }
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Push_Utf16CutAnywhere_IsGone(string encoding)
    {
        var bytes = Encoding.GetEncoding(encoding).GetBytes($"<e>{Value}</e>");
        for (var at = 0; at <= bytes.Length; at++)
        {
            var clean = Scrub(bytes, at, bytes.Length);
            Assert.DoesNotContain(Value[4..16], Encoding.Latin1.GetString(clean).Replace("\0", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Push_ValueThatIsNoAscii_IsGoneAtEveryCut()
    {
        const string Password = "Schl\u00FCssel-\u6F22\u5B57-passw\u00F6rter";
        var registry = new SecretRegistry();
        registry.Register("P", Password);
        var bytes = Encoding.UTF8.GetBytes($"before {Password} after");
        for (var at = 0; at <= bytes.Length; at++)
        {
            var clean = Encoding.UTF8.GetString(Scrub(registry, bytes, at, bytes.Length));
            Assert.DoesNotContain("sw\u00F6rter", clean, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("before ", clean, StringComparison.Ordinal);
            Assert.Contains(" after", clean, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Push_EachValue_IsReplacedByEightBullets() =>
        Assert.Equal("a \u2022\u2022\u2022\u2022\u2022\u2022\u2022\u2022 b", Encoding.UTF8.GetString(Scrub(Encoding.UTF8.GetBytes($"a {Value} b"), 7, 20, Value.Length + 4)));

    [Fact]
    public void Push_TextWithoutSecrets_ComesOutAsItWentIn()
    {
        var random = new Random(7);
        var bytes = new byte[20_000];
        random.NextBytes(bytes);
        foreach (var text in (byte[][])[bytes, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("sk-T \\u0073k- %73%6B &amp; \\n sk-Tes", 300)))])
        {
            var registry = Registry();
            using var scrubber = new StreamScrubber(registry);
            var output = new ArrayBufferWriter<byte>();
            for (var at = 0; at < text.Length;)
            {
                var length = Math.Min(random.Next(1, 200), text.Length - at);
                scrubber.Push(text.AsSpan(at, length), at + length == text.Length, output);
                at += length;
            }

            Assert.Equal(text, output.WrittenSpan.ToArray());
            Assert.False(scrubber.Found);
        }
    }

    [Fact]
    public void Push_EventOfAStream_DoesNotWaitForTheNext()
    {
        using var scrubber = new StreamScrubber(Registry());
        var output = new ArrayBufferWriter<byte>();
        var happened = "data: {\"choices\":[{\"delta\":{\"content\":\"sk-Te\\nst\"}}]}\n\n"u8;
        scrubber.Push(happened, last: false, output);
        Assert.Equal(happened.ToArray(), output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Push_BeginningOfAValueAtTheEnd_ComesOut()
    {
        var text = Encoding.UTF8.GetBytes("It begins with " + Value[..7]);
        Assert.Equal(text, Scrub(text, text.Length - 3, text.Length));
    }

    private static void AssertGone(string rendering, byte[] clean)
    {
        var text = Encoding.UTF8.GetString(clean);
        Assert.DoesNotContain(rendering, text, StringComparison.OrdinalIgnoreCase);
        for (var i = 0; i + 12 <= rendering.Length; i++)
        {
            // Less than a piece of an encoding may be text of its neighbours.
            if (i is 0 || i + 12 == rendering.Length) continue;
            Assert.DoesNotContain(rendering.Substring(i, 12), text, StringComparison.Ordinal);
        }
    }

    private static SecretRegistry Registry()
    {
        var registry = new SecretRegistry();
        registry.Register("KEY", Value);
        return registry;
    }

    private static byte[] Scrub(byte[] text, params int[] cuts) => Scrub(Registry(), text, cuts);

    private static byte[] Scrub(SecretRegistry registry, byte[] text, params int[] cuts)
    {
        using var scrubber = new StreamScrubber(registry);
        var output = new ArrayBufferWriter<byte>();
        var from = 0;
        foreach (var cut in cuts.Order())
        {
            scrubber.Push(text.AsSpan(from, cut - from), cut == text.Length && from != cut, output);
            from = cut;
        }

        scrubber.Push([], last: true, output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] ScrubInPieces(byte[] text, int size) => Scrub(text, [.. Enumerable.Range(1, text.Length / size).Select(i => i * size), text.Length]);
}
