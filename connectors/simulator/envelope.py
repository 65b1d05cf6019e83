"""How a push travels: signed, encrypted unless the account is in plain mode, in the account's format; and back."""

from connectors.simulator.clock import Clock
from connectors.simulator.config import Config
from connectors.simulator.crypto import Cipher, CryptoError, same, signature
from connectors.simulator.ids import Ids
from connectors.simulator.passive import BadAnswerError
from connectors.simulator.wire import Fields, WireError, read, write

CONTENT_TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}


class Envelope:
    """Closes pushes and opens answers for one account."""

    def __init__(self, config: Config, clock: Clock, ids: Ids) -> None:
        self.content_type = CONTENT_TYPES[config.push_format]
        self._config = config
        self._clock = clock
        self._ids = ids
        self._cipher = Cipher(config.aes_key, config.app_id) if config.encrypted else None

    def challenge(self) -> dict[str, str]:
        """Make the query of the address check (GET with echostr)."""
        return {**self._signed(), "echostr": self._ids.digits(19)}

    def close(self, openid: str, fields: Fields) -> tuple[dict[str, str], str]:
        """Make the query and the body of one delivery; nonce and ciphertext differ each time."""
        query = {**self._signed(), "openid": openid}
        message = write(fields, self._config.push_format)
        if self._cipher is None:
            return query, message
        sealed = self._cipher.seal(message, self._ids.prefix())
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(self._config.token, query["timestamp"], query["nonce"], sealed)
        return query, write({"ToUserName": fields["ToUserName"], "Encrypt": sealed}, self._config.push_format)

    def open(self, answer: str) -> tuple[Fields, str]:
        """Check and decrypt an answer; gives its fields and its plain text, or raises BadAnswerError."""
        try:
            fields = read(answer, self._config.push_format)
            if self._cipher is None:
                return fields, answer
            message = self._cipher.open(self._sealed(fields))
            return read(message, self._config.push_format), message
        except (WireError, CryptoError) as error:
            raise BadAnswerError(str(error)) from error

    def _signed(self) -> dict[str, str]:
        timestamp, nonce = str(int(self._clock.outside())), self._ids.digits(10)
        return {
            "signature": signature(self._config.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
        }

    def _sealed(self, fields: Fields) -> str:
        parts = [fields.get(name) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")]
        if not all(isinstance(part, str | int) and part != "" for part in parts):
            raise BadAnswerError("an encrypted answer needs Encrypt, MsgSignature, TimeStamp and Nonce")
        sealed, given, timestamp, nonce = (str(part) for part in parts)
        if not same(given, signature(self._config.token, timestamp, nonce, sealed)):
            raise BadAnswerError("MsgSignature is wrong")
        return sealed
