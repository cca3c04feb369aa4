"""The shapes of requests and responses, as pydantic models; the OpenAPI document is made from them."""
