using System.Collections.Immutable;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>The rows of grain state as the store has them, and the marks that say since when each must carry a MAC. Methods throw when the store can't be read or written.</summary>
internal interface ISealedRows
{
    /// <summary>The newest marks, newest first. Nobody but the database's owner can change or remove one.</summary>
    Task<ImmutableArray<StoreMark>> MarksAsync(CancellationToken cancellationToken);

    Task AddMarkAsync(StoreMark mark, CancellationToken cancellationToken);

    /// <summary>Some rows behind <paramref name="after"/>, in an order of the store's own.</summary>
    /// <param name="after">Null to begin.</param>
    Task<StoredRows> ReadAsync(long? after, CancellationToken cancellationToken);

    /// <summary>Gives a row another content and the next version. False when it is not as it was read any more.</summary>
    Task<bool> ReplaceAsync(StoredRow row, byte[] content, CancellationToken cancellationToken);

    /// <summary>Nobody else signs rows until it is disposed.</summary>
    Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken);
}

/// <param name="Next">Where to go on; null at the end.</param>
internal sealed record StoredRows(ImmutableArray<StoredRow> Rows, long? Next);

/// <param name="Key">As <see cref="RowKey"/> makes it.</param>
/// <param name="Position">Where the store has it.</param>
internal sealed record StoredRow(string StateName, string Key, long Version, byte[] Content, string Position);

/// <summary>From this mark on each row carries a MAC, and so does each audit entry behind <paramref name="AuditUpTo"/>.</summary>
/// <param name="Forged">Entries behind it without one that an operator has confirmed the store with.</param>
internal sealed record StoreMark(DateTimeOffset At, long AuditUpTo, ImmutableArray<long> Forged, string Mac);
