using System.Buffers;
using System.Text;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>Removes registered values from a text: as they are, and behind any layers of escapes.</summary>
internal static class ExactValues
{
    private static readonly SearchValues<char> Triggers = SearchValues.Create("\\%&\0");

    private static readonly Escapes[] Chains = [Escapes.All, Escapes.Backslash, Escapes.Percent, Escapes.Html];

    /// <param name="put">Stands in place of each value.</param>
    public static string Remove(string text, FragmentIndex index, string put = Secret.Redacted)
    {
        if (index.IsEmpty || text.Length < SecretRegistry.MinLength)
            return text;
        var folded = ArrayPool<char>.Shared.Rent(text.Length);
        var marks = ArrayPool<bool>.Shared.Rent(text.Length);
        try
        {
            var foldedText = folded.AsSpan(0, text.Length);
            var marked = marks.AsSpan(0, text.Length);
            marked.Clear();
            Folding.Fold(text, foldedText);
            return Mark(foldedText, index, marked) ? Replace(text, marked, put) : text;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(folded, clearArray: true);
            ArrayPool<bool>.Shared.Return(marks);
        }
    }

    /// <summary>Marks what belongs to a secret.</summary>
    /// <param name="folded">The text, folded.</param>
    /// <param name="marks">As long as the text; what is marked already stays so.</param>
    public static bool Mark(ReadOnlySpan<char> folded, FragmentIndex index, Span<bool> marks)
    {
        var found = index.Mark(folded, [], marks);
        return IsEscaped(folded) ? MarkEscaped(folded, index, marks) || found : found;
    }

    /// <summary>Whether something in the text may be an escape.</summary>
    public static bool IsEscaped(ReadOnlySpan<char> text) => text.ContainsAny(Triggers);

    /// <summary>The ways to take escapes back. Together for mixtures; alone, since an escape of one kind may only look like one of another.</summary>
    public static ReadOnlySpan<Escapes> AllChains => Chains;

    private static bool MarkEscaped(ReadOnlySpan<char> folded, FragmentIndex index, Span<bool> marks)
    {
        var found = false;
        foreach (var chain in Chains)
            found |= MarkEscaped(folded, index, marks, chain);
        return found;
    }

    private static bool MarkEscaped(ReadOnlySpan<char> folded, FragmentIndex index, Span<bool> marks, Escapes chain)
    {
        var text = ArrayPool<char>.Shared.Rent(folded.Length);
        var origins = ArrayPool<int>.Shared.Rent(folded.Length + 1);
        try
        {
            folded.CopyTo(text);
            for (var i = 0; i <= folded.Length; i++)
                origins[i] = i;
            var found = false;
            var length = folded.Length;
            for (var layer = 0; layer < EscapeDecoder.MaxLayers; layer++)
            {
                length = EscapeDecoder.Decode(text.AsSpan(0, length), origins.AsSpan(0, length + 1), chain);
                if (length < 0)
                    break;
                found |= index.Mark(text.AsSpan(0, length), origins.AsSpan(0, length + 1), marks);
            }
            return found;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text, clearArray: true);
            ArrayPool<int>.Shared.Return(origins);
        }
    }

    private static string Replace(string text, ReadOnlySpan<bool> marks, string put)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var run = marks[i..].IndexOf(!marks[i]);
            var end = run < 0 ? text.Length : i + run;
            if (marks[i])
                result.Append(put);
            else
                result.Append(text, i, end - i);
            i = end;
        }
        return result.ToString();
    }
}
