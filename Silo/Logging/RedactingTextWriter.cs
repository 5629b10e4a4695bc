using System.Text;

namespace ControlPlane.Silo.Logging;

/// <summary>Cleans line by line what goes past the logger: a library that writes to the console by itself.</summary>
internal sealed class RedactingTextWriter(TextWriter inner, LogText text) : TextWriter
{
    private const int MaxLine = 16 * 1024;

    private readonly StringBuilder _line = new();
    private readonly Lock _writing = new();

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value)
    {
        lock (_writing)
        {
            if (value != '\n')
                _line.Append(value);
            if (value == '\n' || _line.Length >= MaxLine)
                EmitLine(ended: value == '\n');
        }
    }

    public override void Write(string? value)
    {
        lock (_writing)
        {
            foreach (var c in value ?? "")
                Write(c);
        }
    }

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    /// <summary>Writes a line that has not ended yet as well.</summary>
    public override void Flush()
    {
        lock (_writing)
        {
            if (_line.Length > 0)
                EmitLine(ended: false);
            inner.Flush();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Flush();
        base.Dispose(disposing);
    }

    private void EmitLine(bool ended)
    {
        var line = _line.ToString();
        _line.Clear();
        inner.Write(text.Clean(ended ? line.TrimEnd('\r') : line));
        if (ended)
            inner.Write('\n');
        inner.Flush();
    }
}
